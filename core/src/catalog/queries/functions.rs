//! Functions of users and extensions.

use crate::catalog::{Catalog, Function, Origin};
use crate::operation::{FunctionCall, Name, Volatility};

impl Catalog {
    /// The volatility of a call of a function that is not PostgreSQL's own: of its overloads the most volatile,
    /// because a call does not say which one it means. None where the catalog has no such function.
    pub fn volatility(&self, call: &FunctionCall) -> Option<Volatility> {
        let overloads = self.overloads(call.schema.as_deref(), &call.name)?;
        overloads.iter().map(|function| function.volatility).max()
    }

    /// The functions that a call may mean, through the search path.
    pub fn functions_called(&self, call: &FunctionCall) -> &[Function] {
        self.overloads(call.schema.as_deref(), &call.name).unwrap_or_default()
    }

    /// The functions or procedures of a name, through the search path.
    pub fn functions_named(&self, name: &Name) -> &[Function] {
        self.overloads(name.schema.as_ref().map(|schema| schema.text.as_str()), &name.name.text)
            .unwrap_or_default()
    }

    /// No function or procedure of that name was made, for sure. PostgreSQL's own are not looked at; of extensions
    /// those that bring functions for triggers are left out.
    pub fn lacks_function(&self, name: &Name) -> bool {
        let system = name.schema.as_ref().is_some_and(|schema| schema.text.starts_with("pg_"));
        let told = self.knows_extensions() && !self.extensions.contains_key("postgis");
        self.complete && told && !system && self.functions_named(name).is_empty()
    }

    /// The key of the functions of a name: of those that are found, or else of new ones.
    pub fn function_key(&self, name: &Name) -> (String, String) {
        let written = name.schema.as_ref().map(|schema| schema.text.as_str());
        self.schemas_searched(written)
            .into_iter()
            .map(|schema| (schema.to_owned(), name.name.text.clone()))
            .find(|key| self.functions.contains_key(key))
            .unwrap_or_else(|| self.new_key(name))
    }

    /// A call in a list may mean the functions of a key.
    pub fn calls_function(&self, calls: &[FunctionCall], key: &(String, String)) -> bool {
        calls.iter().any(|call| {
            call.name == key.1
                && match &call.schema {
                    Some(schema) => *schema == key.0,
                    None => self.schemas_searched(None).contains(&key.0.as_str()),
                }
        })
    }

    /// Every function of that name was made by this change, sets columns of a trigger's row, and runs no query. What
    /// other functions do that it calls is not looked at.
    pub fn keeps_row_in_step(&self, function: &Name) -> bool {
        let key = self.function_key(function);
        let in_step = |function: &Function| {
            function.origin > Origin::Before && function.sets_row && function.body.is_empty()
        };
        !self.ledger.dynamic_functions.contains(&key)
            && self.functions.get(&key).is_some_and(|overloads| overloads.iter().all(in_step))
    }

    fn overloads(&self, schema: Option<&str>, name: &str) -> Option<&[Function]> {
        self.schemas_searched(schema)
            .into_iter()
            .find_map(|schema| self.functions.get(&(schema.to_owned(), name.to_owned())))
            .map(Vec::as_slice)
    }
}
