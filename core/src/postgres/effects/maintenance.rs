//! `VACUUM`, `ANALYZE`, `CLUSTER`, `REFRESH MATERIALIZED VIEW`.

use super::builder::Builder;
use super::kinds;
use super::query;
use super::subject::Subject;
use crate::catalog::{Index, Relation, RelationKind};
use crate::operation::{Analyze, Cluster, MaintainedTable, Refresh, RelationWord, Vacuum};
use crate::postgres::LockMode;

pub(super) fn vacuum(builder: &mut Builder<'_>, vacuum: &Vacuum) {
    if vacuum.tables.iter().any(|table| table.only) && !builder.version.at_least(18) {
        builder.syntax_error(18, "`VACUUM ONLY`");
        return;
    }
    let newer = vacuum.settings.iter().find_map(|setting| {
        let since = match setting.name.as_str() {
            "process_toast" => 14,
            "process_main" | "buffer_usage_limit" | "skip_database_stats" | "only_database_stats" => 16,
            "full"
            | "freeze"
            | "verbose"
            | "analyze"
            | "disable_page_skipping"
            | "skip_locked"
            | "index_cleanup"
            | "truncate"
            | "parallel" => return None,
            _ => super::column::NEVER,
        };
        (!builder.version.at_least(since)).then_some(since)
    });
    if let Some(since) = newer {
        builder.syntax_error(since, "an option of `VACUUM`");
        return;
    }
    builder.forbid_transaction();
    for subject in maintained(builder, &vacuum.tables) {
        if vacuum.full {
            builder.lock(&subject, LockMode::AccessExclusive);
            builder.rewrite(&subject);
        } else {
            builder.lock(&subject, LockMode::ShareUpdateExclusive);
        }
        if vacuum.analyze {
            builder.lock_descendants(&subject, LockMode::AccessShare);
        }
    }
}

pub(super) fn analyze(builder: &mut Builder<'_>, analyze: &Analyze) {
    if analyze.tables.iter().any(|table| table.only) && !builder.version.at_least(18) {
        builder.syntax_error(18, "`ANALYZE ONLY`");
        return;
    }
    // Of what is no table nothing is done.
    let has_rows = |subject: &Subject<'_>| {
        subject.relation.is_none_or(|it| HEAPS.contains(&it.kind) || it.kind == RelationKind::ForeignTable)
    };
    for subject in maintained(builder, &analyze.tables).into_iter().filter(has_rows) {
        builder.lock(&subject, LockMode::ShareUpdateExclusive);
        // Statistics over a table and its inheritance children are taken at once (`acquire_inherited_sample_rows`).
        builder.lock_descendants(&subject, LockMode::AccessShare);
    }
}

/// Kinds that a maintenance command takes (`RangeVarCallbackMaintainsTable`).
pub(super) const HEAPS: [RelationKind; 3] =
    [RelationKind::Table, RelationKind::PartitionedTable, RelationKind::MaterializedView];

/// The tables that a maintenance command works on: those it names with their partitions (from 18 on with
/// inheritance children too), or all.
fn maintained<'a>(builder: &mut Builder<'a>, tables: &[MaintainedTable]) -> Vec<Subject<'a>> {
    if tables.is_empty() {
        if !builder.catalog.complete {
            builder.uncertain();
        }
        let kinds = [RelationKind::Table, RelationKind::PartitionedTable, RelationKind::MaterializedView];
        return builder
            .catalog
            .relations
            .values()
            .filter(|relation| kinds.contains(&relation.kind))
            .map(Subject::known)
            .collect();
    }
    let mut found = Vec::new();
    for table in tables {
        let Some(subject) = builder.require(&table.name, RelationWord::Table) else { break };
        let partitioned = subject.is_partitioned();
        let descends = !table.only && (partitioned || builder.version.at_least(18));
        found.extend(builder.family(&subject, !descends));
    }
    found
}

pub(super) fn cluster(builder: &mut Builder<'_>, cluster: &Cluster) {
    let Some(name) = &cluster.table else {
        builder.forbid_transaction();
        let marked = |relation: &&Relation| relation.index.as_ref().is_some_and(|index| index.clustered);
        let tables: Vec<&Relation> = builder
            .catalog
            .relations
            .values()
            .filter(marked)
            .filter_map(|index| builder.catalog.get(index.index.as_ref()?.table))
            .collect();
        if !builder.catalog.complete {
            builder.uncertain();
        }
        for table in tables {
            builder.lock_relation(table, LockMode::AccessExclusive);
            builder.rewrite(&Subject::known(table));
        }
        return;
    };
    let Some(subject) = builder.require(name, RelationWord::Table) else { return };
    kinds::refuse_others(builder, &subject, &HEAPS);
    if builder.failed() {
        return;
    }
    builder.lock(&subject, LockMode::AccessExclusive);
    let partitioned = subject.is_partitioned();
    if partitioned && !builder.version.at_least(15) {
        builder.fail("0A000", "partitioned tables are clustered since PostgreSQL 15");
        return;
    }
    if let (Some(relation), None) = (subject.relation, &cluster.index) {
        let marked = builder
            .catalog
            .indexes_of(relation.id)
            .any(|index| index.index.as_ref().is_some_and(|index| index.clustered));
        if !marked && relation.trusted && builder.catalog.complete {
            builder.fail("42704", format!("`{}` was never clustered", relation.display()));
            return;
        }
    }
    let chosen = cluster.index.as_ref().zip(subject.relation).and_then(|(index, relation)| {
        builder.catalog.indexes_of(relation.id).find(|candidate| candidate.name == index.text)?.index.as_ref()
    });
    if let (Some(relation), Some(index), None) = (subject.relation, &cluster.index, chosen)
        && relation.trusted
        && relation.columns_known
        && builder.catalog.complete
        && !builder.catalog.names.contains_key(&(relation.schema.clone(), index.text.clone()))
    {
        builder.fail("42704", format!("index `{}` of `{}` does not exist", index.text, relation.display()));
        return;
    }
    if partitioned {
        builder.forbid_transaction();
    }
    if chosen.is_some_and(|index| !can_cluster(index)) {
        builder.fail("0A000", "a table can't be clustered by a partial index or one without an order");
        return;
    }
    for member in builder.family(&subject, !partitioned) {
        builder.lock(&member, LockMode::AccessExclusive);
        builder.rewrite(&member);
    }
}

/// An index that a table can be clustered by: one of an order, over all rows (`check_index_is_clusterable`).
pub(super) fn can_cluster(index: &Index) -> bool {
    index.predicate.is_none() && matches!(index.method.as_str(), "btree" | "gist")
}

/// `REFRESH MATERIALIZED VIEW`: a new heap is filled and swapped in. Concurrently, the new content is compared with
/// the old, which stays readable; unlike its namesakes it may run in a transaction block.
pub(super) fn refresh(builder: &mut Builder<'_>, refresh: &Refresh) {
    let Some(subject) = builder.require(&refresh.name, RelationWord::MaterializedView) else { return };
    let concurrent = refresh.concurrently.is_some();
    kinds::refuse_others(builder, &subject, &HEAPS);
    if builder.failed() {
        return;
    }
    builder.lock(&subject, if concurrent { LockMode::Exclusive } else { LockMode::AccessExclusive });
    if let Some(table) = subject.relation.filter(|it| it.kind != RelationKind::MaterializedView) {
        builder.fail("0A000", format!("`{}` is not a materialized view", table.display()));
        return;
    }
    if concurrent && !refresh.with_data {
        builder.fail("42601", "`CONCURRENTLY` and `WITH NO DATA` can't be used together");
        return;
    }
    if let (true, Some(relation)) = (concurrent, subject.relation) {
        let usable =
            builder.catalog.indexes_of(relation.id).filter_map(|index| index.index.as_ref()).any(|index| {
                index.unique
                    && index.predicate.is_none()
                    && index.valid
                    && index.elements.iter().all(|element| element.column.is_some())
            });
        if !usable && relation.trusted {
            builder.fail("55000", format!("`{}` has no unique index on plain columns", relation.display()));
            return;
        }
    }
    // What was there before may have been filled since: dumps of the schema say `WITH NO DATA` of every view.
    let unfilled = subject
        .relation
        .filter(|relation| relation.is_new())
        .and_then(|relation| relation.view.as_ref())
        .is_some_and(|view| !view.populated);
    if concurrent && unfilled {
        builder.fail("0A000", format!("`{}` was never filled", refresh.name));
        return;
    }
    if !refresh.with_data {
        builder.truncate(&subject);
        return;
    }
    match subject.relation.and_then(|relation| relation.view.as_ref()) {
        Some(view) => query::query(builder, &view.query, true),
        None => builder.uncertain(),
    }
    // Without an index nothing reads the new rows again.
    let indexed =
        subject.relation.is_none_or(|relation| builder.catalog.indexes_of(relation.id).next().is_some());
    if concurrent {
        builder.scan(&subject);
    } else if indexed {
        builder.rewrite(&subject);
    } else {
        builder.copy_file(&subject);
    }
}
