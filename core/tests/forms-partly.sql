-- Forms that PostgreSQL 18 accepts and that are grasped only partly. The oracle test checks that each is still seen as
-- one statement of its kind, and that it is reported as not fully understood. A form that is grasped fully by now
-- belongs into forms.sql: the test says so.

-- Operators that stand between operands everywhere else, before the one operand of an extension's.
SELECT -> a, || b FROM t;
CREATE INDEX ON t ((-> a));
ALTER TABLE t ADD CONSTRAINT c CHECK (-> a > 0);
