-- Forms that PostgreSQL 18 accepts and that are grasped only partly. The oracle test checks that each is still seen as
-- one statement of its kind, and that it is reported as not fully understood. A form that is grasped fully by now
-- belongs into forms.sql: the test says so.

SELECT sum(a) OVER w FROM t WINDOW w AS (PARTITION BY b ORDER BY c);
SELECT a FROM t GROUP BY DISTINCT ROLLUP (a, b), ROLLUP (a, c);
