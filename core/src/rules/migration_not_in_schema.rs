//! A migration makes what the declared schema does not say.

use super::{Check, Draft, History, Repeat, Rule};
use crate::framework::{Mishap, SchemaLanguage};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "migration-not-in-schema",
    summary: "A migration changes what the declared schema says otherwise",
    severity: Severity::Warning,
    page: page!("migration-not-in-schema.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::History(check),
};

fn check(history: &History<'_>, drafts: &mut Vec<Draft>) {
    let Mishap::NotDeclared(gap) = &history.irregular.mishap else { return };
    let what = format!("What this does to `{}` is not in the schema.", gap.table);
    let mut why = Vec::new();
    let made = if gap.whole { format!("the table `{}`", gap.table) } else { gap.made.join(", ") };
    if !gap.made.is_empty() {
        why.push(format!("{} does not say {made}.", gap.schema));
    }
    if !gap.taken.is_empty() {
        let taken = if gap.whole { format!("the table `{}`", gap.table) } else { gap.taken.join(", ") };
        why.push(format!("{} still says {taken}.", gap.schema));
    }
    let (consequence, instead) = match gap.language {
        SchemaLanguage::Prisma => (
            "The next `prisma migrate dev` writes a migration that takes this back.",
            "Change schema.prisma in the same way; `prisma db pull` shows how it reads.",
        ),
        SchemaLanguage::Drizzle => (
            "Drizzle's queries go by the schema. Where drizzle-kit wrote this, its next `generate` takes it back; where \
             somebody wrote it by hand, `generate` never learns of it.",
            "Change the schema in the same way.",
        ),
        SchemaLanguage::Supabase => (
            "The next `supabase db diff` writes a migration that takes this back.",
            "Change the file under supabase/schemas in the same way.",
        ),
        SchemaLanguage::Dump => (
            "A database that is set up from the dump lacks it, and the next dump of somebody else brings it along.",
            "Run the migration and commit the dump that the tool writes after it.",
        ),
    };
    why.push(consequence.to_owned());
    drafts.push(
        Draft::new(history.irregular.span, what, why.join(" "), instead)
            .also(gap.table.as_str())
            .because("The schema before and after the change was compared with the replayed migrations."),
    );
}
