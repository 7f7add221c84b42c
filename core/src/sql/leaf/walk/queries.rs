//! The walk over queries and what stands behind `FROM`.

use sqlparser::ast::{
    Distinct, Fetch, FunctionArg, GroupByExpr, JoinConstraint, JoinOperator, LimitClause, NamedWindowExpr,
    ObjectName, ObjectNamePart, OrderBy, OrderByKind, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor, TableWithJoins,
};

use super::{Walk, argument_expression, literal, part};
use crate::operation::TableUse;
use crate::sql::leaf::{convert, names};

impl<'t> Walk<'_, 't> {
    /// A query, with all queries in it.
    pub(in crate::sql::leaf) fn query(&mut self, query: &'t Query) {
        let outer = self.ctes.len();
        self.found.walked += 1;
        if let Some(with) = &query.with {
            for cte in &with.cte_tables {
                if with.recursive {
                    self.ctes.push(cte.alias.name.value.clone());
                }
            }
            for cte in &with.cte_tables {
                self.query(&cte.query);
                self.ctes.push(cte.alias.name.value.clone());
            }
        }
        let first = self.found.reads.len();
        self.set(&query.body);
        if !query.locks.is_empty() {
            self.lock(first);
        }
        if let Some(part) = part::asked(query, self.context) {
            part::note(&part, self.found.reads.get_mut(first..).unwrap_or_default());
        }
        if let Some(order) = &query.order_by {
            self.order(order);
        }
        match &query.limit_clause {
            Some(LimitClause::LimitOffset { limit, offset, .. }) => {
                self.optional(limit.as_ref());
                self.optional(offset.as_ref().map(|offset| &offset.value));
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => self.both(offset, limit),
            None => {}
        }
        if let Some(Fetch { quantity, .. }) = &query.fetch {
            self.optional(quantity.as_ref());
        }
        self.ctes.truncate(outer);
    }

    fn set(&mut self, set: &'t SetExpr) {
        let mut at = set;
        loop {
            at = match at {
                SetExpr::SetOperation { left, right, .. } => {
                    self.set(right);
                    left
                }
                SetExpr::Select(select) => return self.select(select),
                SetExpr::Query(query) => return self.query(query),
                SetExpr::Values(values) => {
                    for row in &values.rows {
                        self.expressions(&row.content);
                    }
                    return;
                }
                // `TABLE t` is rewritten before, and PostgreSQL has changes of rows at the top only.
                _ => return,
            };
        }
    }

    /// A plain `SELECT`.
    pub(super) fn select(&mut self, select: &'t Select) {
        if let Some(Distinct::On(expressions)) = &select.distinct {
            self.expressions(expressions);
        }
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expression)
                | SelectItem::ExprWithAlias { expr: expression, .. }
                | SelectItem::ExprWithAliases { expr: expression, .. }
                | SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(expression), _) => {
                    self.expression(expression);
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    self.wildcard(name);
                }
                SelectItem::Wildcard(_) => self.column(None, "*".to_owned()),
            }
        }
        let first = self.found.reads.len();
        for table in &select.from {
            self.table(table);
        }
        let joined = select.from.len() > 1 || select.from.iter().any(|table| !table.joins.is_empty());
        if joined {
            for read in self.found.reads.iter_mut().skip(first) {
                read.joined = true;
            }
        }
        self.optional(select.selection.as_ref());
        if let GroupByExpr::Expressions(expressions, _) = &select.group_by {
            self.expressions(expressions);
        }
        self.optional(select.having.as_ref());
        for window in &select.named_window {
            if let NamedWindowExpr::WindowSpec(window) = &window.1 {
                self.window(window);
            }
        }
    }

    fn table(&mut self, table: &'t TableWithJoins) {
        self.factor(&table.relation);
        for join in &table.joins {
            self.factor(&join.relation);
            if let JoinOperator::Join(constraint)
            | JoinOperator::Inner(constraint)
            | JoinOperator::Left(constraint)
            | JoinOperator::LeftOuter(constraint)
            | JoinOperator::Right(constraint)
            | JoinOperator::RightOuter(constraint)
            | JoinOperator::FullOuter(constraint)
            | JoinOperator::CrossJoin(constraint) = &join.join_operator
            {
                match constraint {
                    JoinConstraint::On(condition) => self.expression(condition),
                    JoinConstraint::Using(columns) => {
                        for column in columns {
                            if let Some(name) = names::name(self.context.source, column) {
                                self.column(None, name.name.text);
                            }
                        }
                    }
                    JoinConstraint::Natural | JoinConstraint::None => {}
                }
            }
        }
    }

    fn factor(&mut self, factor: &'t TableFactor) {
        match factor {
            TableFactor::Table { name, alias, args: None, .. } => self.relation(name, alias.as_ref()),
            TableFactor::Table { name, args: Some(args), .. } => self.table_function(name, &args.args),
            TableFactor::Function { name, args, .. } => self.table_function(name, args),
            TableFactor::Derived { subquery, .. } => self.query(subquery),
            TableFactor::TableFunction { expr, .. } => self.expression(expr),
            TableFactor::UNNEST { array_exprs, .. } => {
                self.call("unnest", Vec::new());
                self.expressions(array_exprs);
            }
            TableFactor::JsonTable { json_expr, .. } | TableFactor::OpenJsonTable { json_expr, .. } => {
                self.expression(json_expr);
            }
            TableFactor::NestedJoin { table_with_joins, .. } => self.table(table_with_joins),
            TableFactor::XmlTable { row_expression, passing, .. } => {
                self.expression(row_expression);
                for argument in &passing.arguments {
                    self.expression(&argument.expr);
                }
            }
            _ => {}
        }
    }

    fn table_function(&mut self, name: &'t ObjectName, args: &'t [FunctionArg]) {
        if let Some(name) = names::name(self.context.source, name) {
            let literals = args.iter().filter_map(argument_expression).filter_map(literal).collect();
            self.qualified_call(name.schema.map(|schema| schema.text), &name.name.text, literals);
        }
        for argument in args {
            self.argument(argument);
        }
    }

    fn relation(&mut self, object: &'t ObjectName, alias: Option<&'t TableAlias>) {
        let Some(name) = names::name(self.context.source, object) else { return };
        let is_cte = name.schema.is_none()
            && (self.ctes.contains(&name.name.text) || self.context.scope.holds(&name.name.text));
        if is_cte {
            return;
        }
        let start = object.0.first().and_then(|part| match part {
            ObjectNamePart::Identifier(ident) => convert::local(ident.span.start),
            ObjectNamePart::Function(_) => None,
        });
        self.found.reads.push(TableUse {
            name,
            alias: alias.map(|alias| alias.name.value.clone()),
            only: start.is_some_and(|start| self.context.converted.only.contains(&start)),
            ..TableUse::default()
        });
    }

    /// `FOR UPDATE` behind a query: its relations are locked, or those that are named after `OF`.
    fn lock(&mut self, first: usize) {
        let locked = &self.context.converted.locked;
        for read in self.found.reads.iter_mut().skip(first) {
            let name = read.alias.as_ref().unwrap_or(&read.name.name.text);
            read.row_lock = locked.is_empty() || locked.contains(name);
        }
    }

    fn order(&mut self, order: &'t OrderBy) {
        if let OrderByKind::Expressions(orders) = &order.kind {
            for order in orders {
                self.expression(&order.expr);
            }
        }
    }
}
