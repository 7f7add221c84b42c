//! Triggers, rules, policies, extended statistics.

use super::Replay;
use crate::catalog::{PolicyEntry, RelationId, RelationKind, Rule, StatisticsEntry, Trigger};
use crate::operation::{
    CreateRule, CreateStatistics, CreateTrigger, Expression, Firing, Operation, Policy, Statement,
};

impl Replay<'_> {
    /// `CREATE TRIGGER`; a row trigger of a partitioned table comes to all partitions.
    pub(super) fn create_trigger(&mut self, create: &CreateTrigger) {
        let Some(table) = self.target_table(&create.table) else { return };
        let trigger = Trigger {
            name: create.name.text.clone(),
            update_of: create.update_of.iter().map(|column| column.text.clone()).collect(),
            when_columns: create.when.iter().flat_map(columns_of).collect(),
            function: self.catalog.function_key(&create.function),
            firing: Firing::Enable,
            for_each_row: create.for_each_row,
            inherited: false,
        };
        self.catalog.relations.edit(table, |relation| {
            match relation.triggers.iter_mut().find(|there| there.name == trigger.name) {
                Some(there) if create.or_replace => *there = trigger.clone(),
                Some(_) => {}
                None => relation.triggers.push(trigger.clone()),
            }
        });
        let partitioned =
            self.catalog.get(table).is_some_and(|relation| relation.kind == RelationKind::PartitionedTable);
        if partitioned && trigger.for_each_row {
            for part in self.family(table, false).into_iter().filter(|member| *member != table) {
                self.clone_trigger(part, &trigger);
            }
        }
    }

    /// `CREATE RULE`
    pub(super) fn create_rule(&mut self, create: &CreateRule) {
        let Some(table) = self.target_table(&create.table) else { return };
        let mut columns: Vec<String> = create.condition.iter().flat_map(columns_of).collect();
        for statement in &create.statements {
            columns.extend(columns_of_statement(statement));
        }
        columns.sort();
        columns.dedup();
        let depends = of_others(self.depends_of_body(&create.statements), table);
        self.catalog.relations.relink(table, |relation| {
            // What the actions name may be columns of other tables.
            if relation.columns_known {
                columns.retain(|column| relation.column(column).is_some());
            }
            let rule = Rule { name: create.name.text.clone(), columns, depends };
            match relation.rules.iter_mut().find(|there| there.name == rule.name) {
                Some(there) => *there = rule,
                None => relation.rules.push(rule),
            }
        });
    }

    /// `CREATE POLICY`, `ALTER POLICY`
    pub(super) fn policy(&mut self, policy: &Policy) {
        let Some(table) = self.target_table(&policy.table) else { return };
        let expressions = || policy.using.iter().chain(&policy.with_check);
        let queries = || expressions().flat_map(|expression| &expression.queries);
        let mut entry = PolicyEntry {
            name: policy.name.text.clone(),
            columns: expressions().flat_map(columns_of).collect(),
            calls: expressions().flat_map(|expression| expression.calls.iter().cloned()).collect(),
            depends: of_others(queries().flat_map(|query| self.depends_of_query(query)).collect(), table),
        };
        // Of the two conditions the one that is not given stays, and what of this is its is not kept.
        let keeps = policy.alter && (policy.using.is_none() || policy.with_check.is_none());
        self.catalog.relations.relink(table, |relation| {
            let there = relation.policies.iter_mut().find(|there| there.name == entry.name);
            if let Some(there) = &there
                && keeps
            {
                entry.columns.extend(there.columns.iter().cloned());
                entry.calls.extend(there.calls.iter().cloned());
                entry.depends.extend(there.depends.iter().cloned());
            }
            entry.columns.sort();
            entry.columns.dedup();
            match there {
                Some(there) => *there = entry,
                None => relation.policies.push(entry),
            }
        });
    }

    /// `CREATE STATISTICS`
    pub(super) fn create_statistics(&mut self, create: &CreateStatistics) {
        let Some(table) = self.target_table(&create.table) else { return };
        let mut columns: Vec<String> = create.columns.iter().map(|column| column.text.clone()).collect();
        let name = match &create.name {
            Some(name) => name.name.text.clone(),
            None => self.statistics_name(table, &columns),
        };
        columns.extend(create.expressions.iter().flat_map(columns_of));
        self.catalog.relations.edit(table, |relation| {
            if !relation.statistics.iter().any(|there| there.name == name) {
                relation.statistics.push(StatisticsEntry { name, columns });
            }
        });
    }
}

/// What a table uses of others.
fn of_others(depends: Vec<(RelationId, Vec<String>)>, table: RelationId) -> Vec<(RelationId, Vec<String>)> {
    depends.into_iter().filter(|(relation, _)| *relation != table).collect()
}

/// The columns that an expression names.
fn columns_of(expression: &Expression) -> Vec<String> {
    expression.columns.iter().filter(|column| *column != "*").cloned().collect()
}

/// The columns that an action of a rule names, of whatever table.
fn columns_of_statement(statement: &Statement) -> Vec<String> {
    match &statement.operation {
        Operation::Query(query) => query.columns.iter().map(|(_, column)| column.clone()).collect(),
        Operation::Change(change) => {
            let read = change.condition.iter().chain(&change.values).flat_map(columns_of);
            let source = change.source.columns.iter().map(|(_, column)| column.clone());
            read.chain(source).collect()
        }
        _ => Vec::new(),
    }
}
