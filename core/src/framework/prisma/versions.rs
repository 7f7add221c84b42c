//! How Prisma sends a migration, which depends on its version.
//!
//! - Up to 7.3 the whole `migration.sql` is one simple query (schema engine, `client.simple_query(script)`).
//! - From 7.4 the script is parsed with sqlparser (0.61) and each statement sent by itself; where the parser fails on any
//!   of them, the whole is one simple query again (prisma-engines pull request 5767).
//! - 6.16 to 6.19 with `engine: "js"` split the script at semicolons and send each piece by itself.
//! - 8.0 runs `BEGIN`, all pending migrations, `COMMIT`.

use super::roots::Root;
use crate::framework::TransactionModel;
use crate::framework::config;
use crate::framework::packages::{Known, floats, floats_past_major, lowest};
use crate::framework::search::{Search, problem};
use crate::review::Problem;

/// What is known of Prisma's version at a place, and how it sends migrations.
pub(super) struct Versions {
    /// The version or range, as the repository writes it.
    pub(super) version: Option<String>,
    /// How it sends.
    pub(super) sending: Sending,
}

/// How a version sends migrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sending {
    /// As one string.
    OneString,
    /// Statement by statement where sqlparser reads all of them.
    Parsed,
    /// Cut at semicolons, piece by piece.
    CutAtSemicolons,
    /// One transaction for all.
    OneTransaction,
    /// As 7.4 and later do, because the version is not known; why, in words.
    Unsure(String),
}

/// Reads the version from the lock files and `package.json` above a folder of migrations.
pub(super) fn read(search: &Search<'_>, root: &Root) -> Versions {
    let known = search.packages.version(&root.folder, &["prisma", "@prisma/client"]);
    let script_engine = root
        .config
        .as_deref()
        .and_then(|path| config::value(search.tree.text(path)?, &["engine"]))
        .is_some_and(|engine| engine.text() == Some("js"));
    let sending = sending(known.as_ref(), script_engine);
    Versions { version: known.map(|known| known.text().to_owned()), sending }
}

fn sending(known: Option<&Known>, script_engine: bool) -> Sending {
    let Some(known) = known else {
        return Sending::Unsure(
            "Prisma's version is written in no package.json or lock file here".to_owned(),
        );
    };
    let text = known.text();
    let floating = matches!(known, Known::Range(_)) && floats(text);
    match lowest(text) {
        None => Sending::Unsure(format!("`{text}` does not tell Prisma's version")),
        Some(_) if floating && floats_past_major(text) => {
            Sending::Unsure(format!("`{text}` allows several versions"))
        }
        Some((6, minor)) if script_engine && (16..=19).contains(&minor) => Sending::CutAtSemicolons,
        Some((7, minor)) if minor < 4 && floating => Sending::Unsure(format!(
            "`{text}` allows versions before and after 7.4, and no lock file decides"
        )),
        Some((7, minor)) if minor >= 4 => Sending::Parsed,
        Some((major, _)) if major >= 8 => Sending::OneTransaction,
        Some(_) => Sending::OneString,
    }
}

impl Versions {
    /// How a migration of this text is sent.
    pub(super) fn model(&self, text: &str) -> TransactionModel {
        match self.sending {
            Sending::Parsed | Sending::Unsure(_) if crate::sql::sqlparser_reads(text) => {
                TransactionModel::Autocommit
            }
            Sending::OneString | Sending::Parsed | Sending::Unsure(_) => TransactionModel::SimpleQuery,
            Sending::CutAtSemicolons => TransactionModel::Autocommit,
            Sending::OneTransaction => TransactionModel::RunStatements,
        }
    }

    /// That the answer depends on a version that is not known.
    pub(super) fn problem(&self, folder: &str) -> Option<Problem> {
        let Sending::Unsure(why) = &self.sending else { return None };
        let message = format!(
            "{why}. The review takes 7.4 or later, which sends each statement by itself; up to 7.3 the whole file is \
             one string and so one transaction."
        );
        Some(problem(folder, message, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_decide_how_migrations_are_sent() {
        let exactly = |text: &str| sending(Some(&Known::Exactly(text.to_owned())), false);
        let range = |text: &str| sending(Some(&Known::Range(text.to_owned())), false);
        assert_eq!(exactly("5.22.0"), Sending::OneString);
        assert_eq!(exactly("7.3.9"), Sending::OneString);
        assert_eq!(exactly("7.4.0"), Sending::Parsed);
        assert_eq!(exactly("7.10.1"), Sending::Parsed);
        assert_eq!(exactly("8.0.0-rc.19"), Sending::OneTransaction);
        assert_eq!(range("^6.19.3"), Sending::OneString);
        assert_eq!(range("~7.3.0"), Sending::OneString);
        assert_eq!(range("^7.4.0"), Sending::Parsed);
        assert!(matches!(range("^7.1.0"), Sending::Unsure(_)));
        assert!(matches!(range(">=6"), Sending::Unsure(_)));
        assert!(matches!(range("latest"), Sending::Unsure(_)));
        assert!(matches!(sending(None, false), Sending::Unsure(_)));
        assert_eq!(sending(Some(&Known::Exactly("6.19.3".to_owned())), true), Sending::CutAtSemicolons);
        assert_eq!(sending(Some(&Known::Exactly("6.15.0".to_owned())), true), Sending::OneString);
    }
}
