//! The declared schema asks for what no migration makes.

use super::{Check, Draft, History, Repeat, Rule};
use crate::framework::{Mishap, SchemaGap, SchemaLanguage};
use crate::review::Severity;

pub(super) const RULE: Rule = Rule {
    id: "schema-change-without-migration",
    summary: "The declared schema changes and no migration follows it",
    severity: Severity::Warning,
    page: page!("schema-change-without-migration.md"),
    lineage: &[],
    repeat: Repeat::Always,
    check: Check::History(check),
};

fn check(history: &History<'_>, drafts: &mut Vec<Draft>) {
    let Mishap::NotMigrated(gap) = &history.irregular.mishap else { return };
    let what = format!("The schema of `{}` changes, and no migration does what it says.", gap.table);
    let mut why = Vec::new();
    if !gap.made.is_empty() {
        why.push(format!(
            "After all migrations the database does not have {}. {}",
            listed(gap),
            consequence(gap)
        ));
    }
    if !gap.taken.is_empty() {
        why.push(format!(
            "The schema lets go of {}, and the database still refuses a row without a value there: inserts fail.",
            gap.taken.join(", ")
        ));
    }
    let instead = match gap.language {
        SchemaLanguage::Prisma => "Run `prisma migrate dev` and commit the migration that it writes.",
        SchemaLanguage::Drizzle => "Run `drizzle-kit generate` and commit the migration that it writes.",
        SchemaLanguage::Supabase => "Run `supabase db diff -f NAME` and commit the migration that it writes.",
        SchemaLanguage::Dump => {
            "Write the migration, run it, and commit the dump that the tool makes of it; or take the change of the \
             dump back."
        }
    };
    drafts.push(
        Draft::new(history.irregular.span, what, why.join(" "), instead)
            .also(gap.table.as_str())
            .because("The schema before and after the change was compared with the replayed migrations."),
    );
}

fn listed(gap: &SchemaGap) -> String {
    if gap.whole { format!("the table `{}`", gap.table) } else { gap.made.join(", ") }
}

fn consequence(gap: &SchemaGap) -> &'static str {
    let misses = gap.whole || gap.made.iter().any(|thing| thing.starts_with("the column"));
    match gap.language {
        SchemaLanguage::Prisma if misses => "Prisma names every column in its queries: they fail.",
        SchemaLanguage::Drizzle if misses => "Drizzle names every column in its queries: they fail.",
        SchemaLanguage::Prisma | SchemaLanguage::Drizzle => "The code relies on what is not so.",
        SchemaLanguage::Supabase => {
            "It reaches no database, and the next migration that is generated brings it along."
        }
        SchemaLanguage::Dump => "A database that is set up from the dump is another one than production.",
    }
}
