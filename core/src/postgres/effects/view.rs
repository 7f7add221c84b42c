//! Views: created and replaced.

use super::builder::Builder;
use super::query;
use crate::catalog::RelationKind;
use crate::operation::CreateView;
use crate::postgres::LockMode;

pub(super) fn create_view(builder: &mut Builder<'_>, create: &CreateView) {
    let present = builder
        .catalog
        .names
        .get(&builder.catalog.new_key(&create.name))
        .and_then(|id| builder.catalog.get(*id));
    query::parse_locks(builder, &create.query, Some(&create.name));
    if create.settings.iter().any(|setting| setting.name == "security_invoker")
        && !builder.version.at_least(15)
    {
        builder.fail("22023", "the option `security_invoker` exists since PostgreSQL 15");
        return;
    }
    let Some(present) = present else { return };
    if !create.or_replace {
        builder.fail("42P07", format!("`{}` already exists", create.name));
        return;
    }
    builder.lock_relation(present, LockMode::AccessExclusive);
    if present.kind != RelationKind::View {
        builder.fail("42809", format!("`{}` is not a view", create.name));
        return;
    }
    let names: Vec<Option<&str>> = if create.columns.is_empty() {
        create.query.output.iter().map(|name| name.as_deref()).collect()
    } else {
        create.columns.iter().map(|name| Some(name.text.as_str())).collect()
    };
    // A star or an unparsed query hides how many columns there are.
    let hidden = !create.query.parsed || (create.columns.is_empty() && names.iter().any(Option::is_none));
    if hidden || !present.columns_known {
        return;
    }
    let keeps = present.columns.len() <= names.len()
        && present.columns.iter().zip(&names).all(|(old, new)| Some(old.name.as_str()) == *new);
    if !keeps {
        builder.fail("42P16", "`CREATE OR REPLACE VIEW` can only add columns at the end");
    }
}
