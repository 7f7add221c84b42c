//! Triggers of django-pgtrigger. Its migrations carry the SQL in parts, and its templates never change (4.17,
//! `pgtrigger/compiler.py`; `make prove-frameworks` runs it).

use super::super::render::{expected, quoted};
use super::called;
use super::operations::{Editor, Texts, option};
use crate::embedded::reader::Reader;
use crate::embedded::tree::Call;

impl Editor<'_> {
    pub(super) fn add_trigger(&mut self, reader: &mut Reader<'_>, call: &Call) -> Texts {
        let node = expected(call.named("trigger").or_else(|| call.at(1)), "a trigger")?;
        let seen = reader.seen(node);
        let (_, trigger) = expected(called(&seen), "a trigger")?;
        let trigger = expected(trigger, "a trigger")?;
        let name = expected(reader.option(trigger, "name")?, "a trigger's name")?;
        let sql = reader.seen(expected(trigger.named("sql"), "a trigger's SQL")?);
        let sql = expected(called(&sql).and_then(|(_, call)| call.cloned()), "a trigger's SQL")?;
        let mut given = |key: &str| reader.option(&sql, key);
        let id = expected(given("pgid")?, "a trigger's identifier")?;
        let table = expected(given("table")?, "a table")?;
        let function = expected(given("func")?, "a function")?;
        let when = expected(given("when")?, "when a trigger fires")?;
        let operation = expected(given("operation")?, "an operation")?;
        let mut part =
            |key: &str, usual: &str| given(key).map(|part| part.unwrap_or_else(|| usual.to_owned()));
        let ignore = part("ignore_func_name", "\"public\"._pgtrigger_should_ignore")?;
        let declare = part("declare", "")?;
        let constraint = part("constraint", "")?;
        let timing = part("timing", "")?;
        let referencing = part("referencing", "")?;
        let level = part("level", "ROW")?;
        let condition = part("condition", "")?;
        let execute = part("execute", &format!("{id}()"))?;
        let hash = part("hash", "")?;
        let model = expected(option(reader, call, "model_name", 0)?, "a model")?;
        self.models.triggers.insert((self.key(&model), name), (id.clone(), table.clone()));
        let table = quoted(&table);
        // All of it is one string.
        Ok(vec![format!(
            "CREATE OR REPLACE FUNCTION {ignore}(trigger_name NAME) RETURNS BOOLEAN AS $$ DECLARE _pgtrigger_ignore TEXT[]; _result BOOLEAN; BEGIN BEGIN SELECT INTO _pgtrigger_ignore CURRENT_SETTING('pgtrigger.ignore'); EXCEPTION WHEN OTHERS THEN END; IF _pgtrigger_ignore IS NOT NULL THEN SELECT trigger_name = ANY(_pgtrigger_ignore) INTO _result; RETURN _result; ELSE RETURN FALSE; END IF; END; $$ LANGUAGE plpgsql; \
             CREATE OR REPLACE FUNCTION {id}() RETURNS TRIGGER AS $$ {declare} BEGIN IF ({ignore}(TG_NAME) IS TRUE) THEN IF (TG_OP = 'DELETE') THEN RETURN OLD; ELSE RETURN NEW; END IF; END IF; {function} END; $$ LANGUAGE plpgsql; \
             DROP TRIGGER IF EXISTS {id} ON {table}; \
             CREATE {constraint} TRIGGER {id} {when} {operation} ON {table} {timing} {referencing} FOR EACH {level} {condition} EXECUTE PROCEDURE {execute}; \
             COMMENT ON TRIGGER {id} ON {table} IS '{hash}'"
        )])
    }

    /// The trigger goes from the table that it was made on, under whatever name its model has today.
    pub(super) fn remove_trigger(&mut self, reader: &mut Reader<'_>, call: &Call) -> Texts {
        let model = expected(option(reader, call, "model_name", 0)?, "a model")?;
        let trigger = expected(option(reader, call, "name", 1)?, "a trigger's name")?;
        let known = self.models.triggers.remove(&(self.key(&model), trigger));
        let (id, table) = expected(known, "a trigger that an earlier migration makes")?;
        Ok(vec![format!("DROP TRIGGER IF EXISTS {id} ON {}", quoted(&table))])
    }

    pub(super) fn rename_in_triggers(&mut self, from: &(String, String), to: &(String, String)) {
        let triggers = std::mem::take(&mut self.models.triggers).into_iter();
        self.models.triggers = triggers
            .map(|((model, name), it)| ((if model == *from { to.clone() } else { model }, name), it))
            .collect();
    }
}
