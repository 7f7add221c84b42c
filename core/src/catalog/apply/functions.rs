//! Functions and procedures, and what uses them.

use super::Replay;
use crate::catalog::ledger::Fresh;
use crate::catalog::{ConstraintEntry, Function, RelationId};
use crate::operation::{
    AlterFunction, CreateFunction, Expression, IndexElement, Operation, Statement, TypeName,
};

impl Replay<'_> {
    /// `CREATE FUNCTION`, `CREATE PROCEDURE`
    pub(super) fn create_function(&mut self, create: &CreateFunction) {
        let key = self.catalog.new_key(&create.name);
        let depends =
            if create.body.atomic { self.depends_of_body(&create.body.statements) } else { Vec::new() };
        let mut function = Function {
            arguments: create.arguments.iter().map(|argument| self.argument(argument)).collect(),
            volatility: create.volatility,
            language: create.language.clone(),
            procedure: create.procedure,
            origin: self.catalog.now,
            depends,
            transaction_control: create.body.transaction_control,
            sets_row: create.body.sets_row,
            body: create.body.statements.clone(),
        };
        let at = self.overload(&key, &function.arguments);
        if at.is_some() && !create.or_replace {
            return;
        }
        if !function.depends.is_empty() {
            self.catalog.ledger.atomic_functions.insert(key.clone());
        }
        if !create.body.dynamic.is_empty() {
            self.catalog.ledger.dynamic_functions.insert(key.clone());
        }
        let overloads = self.catalog.functions.entry(key.clone()).or_default();
        match at.and_then(|at| overloads.get_mut(at)) {
            Some(there) => {
                function.origin = there.origin;
                *there = function;
            }
            None => overloads.push(function),
        }
        self.catalog.note(Fresh::Function(key));
    }

    /// `ALTER FUNCTION … IMMUTABLE` and the like.
    pub(super) fn alter_function(&mut self, alter: &AlterFunction) {
        let Some(volatility) = alter.volatility else { return };
        let key = self.catalog.function_key(&alter.name);
        let at = alter.arguments.as_ref().and_then(|arguments| self.overload(&key, arguments));
        let overloads = self.catalog.functions.get_mut(&key).into_iter().flatten();
        for (number, function) in overloads.enumerate() {
            if alter.arguments.is_none() || at == Some(number) {
                function.volatility = volatility;
            }
        }
    }

    /// Two lists of argument types are the same: modifiers do not count.
    pub(super) fn same_arguments(&self, one: &[TypeName], other: &[TypeName]) -> bool {
        let bare = |name: &TypeName| TypeName { modifiers: Vec::new(), ..name.clone() };
        one.len() == other.len()
            && one.iter().zip(other).all(|(one, other)| self.catalog.same_type(&bare(one), &bare(other)))
    }

    /// `DROP FUNCTION … CASCADE`: triggers, defaults, generated columns, checks, indexes, views that use it.
    pub(super) fn drop_users_of_function(&mut self, key: &(String, String)) {
        let ids: Vec<RelationId> = self.catalog.relations.keys().copied().collect();
        for id in ids {
            let Some(relation) = self.catalog.get(id) else { continue };
            let calls = |expression: &Expression| self.catalog.calls_function(&expression.calls, key);
            let in_index = relation.index.as_ref().is_some_and(|index| {
                let element = |element: &IndexElement| element.expression.as_ref().is_some_and(calls);
                index.elements.iter().any(element) || index.predicate.as_ref().is_some_and(calls)
            });
            let in_view = relation
                .view
                .as_ref()
                .is_some_and(|view| self.catalog.calls_function(&view.query.calls, key));
            if in_index || in_view {
                self.catalog.drop_relation(id);
                continue;
            }
            let checks: Vec<String> = relation
                .constraints
                .iter()
                .filter(|constraint| match &constraint.kind {
                    ConstraintEntry::Check(check) => calls(check),
                    _ => false,
                })
                .map(|constraint| constraint.name.clone())
                .collect();
            let generated: Vec<String> = relation
                .columns
                .iter()
                .filter(|column| column.generated.as_ref().is_some_and(|made| calls(&made.expression)))
                .map(|column| column.name.clone())
                .collect();
            let defaults: Vec<String> = relation
                .columns
                .iter()
                .filter(|column| column.default.as_ref().is_some_and(calls))
                .map(|column| column.name.clone())
                .collect();
            let policies: Vec<String> = relation
                .policies
                .iter()
                .filter(|policy| self.catalog.calls_function(&policy.calls, key))
                .map(|policy| policy.name.clone())
                .collect();
            for check in checks {
                self.catalog.take_constraint(id, &check);
            }
            for column in generated {
                self.catalog.drop_column(id, &column, true, false);
            }
            self.catalog.relations.relink(id, |relation| {
                relation.triggers.retain(|trigger| trigger.function != *key);
                relation.policies.retain(|policy| !policies.contains(&policy.name));
                for column in relation.columns.iter_mut().filter(|column| defaults.contains(&column.name)) {
                    column.default = None;
                }
            });
        }
    }

    /// An argument's type. PostgreSQL drops its modifiers.
    fn argument(&self, argument: &TypeName) -> TypeName {
        TypeName { modifiers: Vec::new(), ..self.catalog.qualified(argument) }
    }

    fn overload(&self, key: &(String, String), arguments: &[TypeName]) -> Option<usize> {
        let overloads = self.catalog.functions.get(key)?;
        overloads.iter().position(|function| self.same_arguments(&function.arguments, arguments))
    }

    /// The relations that the statements of a body in standard form use.
    pub(super) fn depends_of_body(&self, statements: &[Statement]) -> Vec<(RelationId, Vec<String>)> {
        let mut depends: Vec<(RelationId, Vec<String>)> = Vec::new();
        for statement in statements {
            match &statement.operation {
                Operation::Query(query) => depends.extend(self.depends_of_query(query)),
                Operation::Change(change) => {
                    depends.extend(self.depends_of_query(&change.source));
                    if let Some(table) = self.find_id(&change.table) {
                        let read = change.condition.iter().chain(&change.values);
                        let read = read.flat_map(|expression| expression.columns.iter().cloned());
                        let set = change.columns.iter().map(|column| column.text.clone());
                        depends.push((table, set.chain(read).collect()));
                    }
                }
                _ => {}
            }
        }
        depends
    }
}
