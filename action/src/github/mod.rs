//! `lockkeeper review`: inside GitHub Actions, from the event to the verdict.
//!
//! The repository's text is data that comes from the API: nothing of it is checked out, run, or put into a command, so
//! that pull requests of strangers can be reviewed with a token that may write comments. What can't be read completely
//! fails; it never passes.

mod archive;
mod beside;
mod blob;
mod change;
mod checkout;
mod client;
mod configuration;
mod connect;
pub mod conversation;
mod event;
mod failure;
pub mod marker;
mod outputs;
pub mod patch;
mod publish;
pub mod reconcile;
mod rows;
mod say;
mod settings;
mod snapshot;

use lockkeeper_core::policy::{FILE_NAME, FailOn, Policy};
use lockkeeper_core::review::Review;

use self::change::{Found, Sources};
use self::checkout::Checkout;
use self::client::Client;
use self::event::{Event, PullRequest};
use self::failure::Failure;
use self::publish::{Loudness, Publisher, Said};
use self::settings::Settings;
use crate::cli::{self, Comments};
use crate::{Console, Outcome, Trouble, check};

/// Reviews what the event is about.
pub fn run(arguments: &cli::Review, console: Console) -> Result<Outcome, Trouble> {
    let settings = Settings::read(arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Trouble::plain(format!("no connection can be made: {error}")))?;
    let done = runtime.block_on(review(arguments, &settings, console));
    if done.is_err() {
        outputs::unable(&settings)?;
    }
    done
}

async fn review(arguments: &cli::Review, settings: &Settings, console: Console) -> Result<Outcome, Trouble> {
    let event = event::read(&settings.event, &settings.payload)?;
    let nothing = |why: &str| {
        console.say(&format!("note: nothing to review: {why}"));
        Ok(Outcome::Pass)
    };
    if let Event::Nothing(why) = &event {
        return nothing(why);
    }
    let client = Client::new(settings)?;
    let sources = Sources { client: &client, checkout: Checkout::find(&settings.event) };
    let event = match event {
        Event::Run(run) => match sources.pull_request_of(&run).await.map_err(|failure| unknown(&failure))? {
            Some(pull) => Event::PullRequest(pull),
            None => return nothing("no open pull request has the commit that the other workflow ran for"),
        },
        event => event,
    };
    let outcome = reviewed(arguments, settings, &sources, &event, console).await;
    if arguments.status {
        beside::status(&client, &event, outcome.as_ref().ok().copied(), console).await?;
    }
    let (requests, left) = client.used();
    let left = left.map(|left| format!(", {left} left this hour")).unwrap_or_default();
    console.say(&format!("note: {requests} requests to GitHub{left}"));
    outcome
}

async fn reviewed(
    arguments: &cli::Review,
    settings: &Settings,
    sources: &Sources<'_>,
    event: &Event,
    console: Console,
) -> Result<Outcome, Trouble> {
    let found = match event {
        Event::PullRequest(pull) => sources.pull_request(pull).await,
        Event::Commits(commits) => sources.between(&commits.base, &commits.head).await,
        Event::Branch { head, default } => sources.since(default, head).await,
        Event::Run(_) | Event::Nothing(_) => Ok(Found::default()),
    };
    let mut found = found.map_err(|failure| unknown(&failure))?;
    let configuration = configuration::read(arguments, sources, &found, console).await?;
    found.change.framework = arguments.framework.as_deref().map(check::framework_id).transpose()?;
    found.change.schema = configuration.schema;
    found.change.stats = configuration.stats;
    let policy = configuration.policy;

    let mut review = lockkeeper_core::review(&found.change, &policy);
    review.problems.splice(0..0, found.problems.iter().cloned().chain(configuration.problems));
    review.problems.retain(|problem| !problem.harmless || !problem.path.is_empty());
    // A report shows excerpts of what a problem is about.
    let policy_file = found.change.head.iter().find(|file| file.path == FILE_NAME);
    review.sources.extend(policy_file.cloned());
    let outcome = outcome(&review, policy.fail_on);
    let sarif = outputs::write(settings, &review, outcome, console)?;
    if arguments.code_scanning {
        beside::code_scanning(sources.client, event, &sarif, console).await?;
    }
    if review.migrations.is_empty() && outcome == Outcome::Pass {
        console.say(&"note: no migration changed");
    }
    if let Event::PullRequest(pull) = event
        && arguments.comments != Comments::Off
    {
        let about = Comment { settings, pull, found: &found, review: &review, policy: &policy };
        comment(&about, arguments.comments, sources.client, console).await?;
    }
    Ok(outcome)
}

/// What is commented on.
struct Comment<'a> {
    settings: &'a Settings,
    pull: &'a PullRequest,
    found: &'a Found,
    review: &'a Review,
    policy: &'a Policy,
}

async fn comment(
    about: &Comment<'_>,
    comments: Comments,
    client: &Client,
    console: Console,
) -> Result<(), Trouble> {
    if about.settings.token.is_none() {
        return outputs::notice(
            console,
            "There is no token, so nothing is posted: give the step GITHUB_TOKEN, or the input token.",
        );
    }
    let wanted = say::statements(about.review, about.found, about.policy);
    // Whoever still works on it wants no mail; what there is already is kept true.
    let loudness =
        if comments == Comments::Summary || about.pull.draft { Loudness::Summary } else { Loudness::Full };
    let files = about.settings.files_at(&about.pull.head);
    let place = (about.settings.repository.as_str(), files.as_str());
    let mut publisher = Publisher::new(client, place, about.pull, about.review, wanted, loudness);
    match publisher.publish().await {
        Said::Superseded => {
            console.say(&"note: the pull request has newer commits: nothing is posted for this one");
        }
        Said::Closed => console.say(&"note: the pull request is closed: nothing is posted"),
        Said::Done | Said::Nothing => {}
    }
    publisher.notices.iter().try_for_each(|words| outputs::notice(console, words))
}

/// How a review ends: by its findings alone. What was not reviewed is not passed.
fn outcome(review: &Review, gate: FailOn) -> Outcome {
    let lost = review.problems.iter().any(|problem| !problem.harmless);
    if lost && review.statements == 0 {
        return Outcome::Unable;
    }
    let mut open = review.findings.iter().filter(|finding| finding.suppressed.is_none());
    if open.any(|finding| gate.fails(finding.severity)) || lost && gate != FailOn::Never {
        return Outcome::Findings;
    }
    Outcome::Pass
}

fn unknown(failure: &Failure) -> Trouble {
    let message = format!("what changed can't be established: {failure}");
    match failure {
        Failure::Refused { .. } => {
            Trouble::new(message, "add `contents: read` and `pull-requests: write` to the job's permissions")
        }
        Failure::Unsure(_) | Failure::UsedUp { .. } | Failure::TooFast(_) => {
            Trouble::new(message, "run the job again")
        }
        _ => Trouble::plain(message),
    }
}
