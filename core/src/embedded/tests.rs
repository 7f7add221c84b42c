//! Code and the SQL that comes of it.

mod hostile;

use super::{CodeTool, Files, Sql, code};
use crate::change::SourceFile;

/// What a migration sends forwards, a line each; `!` before what is not understood.
fn sent(tool: &str, path: &str, text: &str) -> String {
    sent_with(tool, path, text, &[])
}

fn sent_with(tool: &str, path: &str, text: &str, sql: &[(&str, &str)]) -> String {
    let files: Vec<SourceFile> = sql.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect();
    let code = code(CodeTool::named(tool).unwrap(), path, text, &Files::new(&files));
    let line = |item: &super::Item| match &item.sql {
        Sql::Text(sql) => sql.text.split_whitespace().collect::<Vec<_>>().join(" ") + "\n",
        Sql::Unknown(expected) => format!("! {expected}\n"),
        other => format!("{other:?}\n"),
    };
    code.up.iter().map(line).collect()
}

#[test]
fn strings_of_all_languages() {
    for (tool, path, text, expected) in [
        ("knex", "a.js", "exports.up = (knex) => knex.raw('select \\'a\\n\\'' + `, b`)", "select 'a ', b\n"),
        (
            "knex",
            "a.ts",
            "const t = 'users';\nexport async function up(db: Knex): Promise<void> {\n  await db.raw(`drop table ${t}`);\n}",
            "drop table users\n",
        ),
        (
            "knex",
            "a.js",
            "exports.up = (knex) => knex.raw(`drop table ${process.env.T}_x`)",
            "drop table ${processenvT}_x\n",
        ),
        ("alembic", "a.py", "def upgrade():\n  op.execute(r'''select '\\d' ''' \"x\")", "select '\\d' x\n"),
        (
            "alembic",
            "a.py",
            "T = 'a'\ndef upgrade():\n  op.execute(f\"drop table {T}; select '{{}}'\")",
            "drop table a; select '{}'\n",
        ),
        (
            "alembic",
            "a.py",
            "def upgrade():\n  op.execute('drop table %s' % 'a')\n  op.execute('drop table {}'.format('b'))",
            "drop table a\ndrop table b\n",
        ),
        (
            "alembic",
            "a.py",
            "def add(table, columns: list[str] = ['x'], unique: bool = False):\n  op.create_index('i', table, columns, unique=unique)\ndef upgrade():\n  add('t')\n  add('u', ['y'], unique=True)\n  op.get_bind().execute(sa.text('delete from t where a < :a').bindparams(a=1))",
            "CREATE INDEX \"i\" ON \"t\" (\"x\")\nCREATE UNIQUE INDEX \"i\" ON \"u\" (\"y\")\ndelete from t where a < $1\n",
        ),
        (
            "rails",
            "a.rb",
            "class A < ActiveRecord::Migration[7.0]\n  def up\n    execute <<~SQL.squish, 'x'\n      drop table a\n    SQL\n    execute %q(drop table b)\n  end\nend",
            "drop table a\ndrop table b\n",
        ),
        (
            "ecto",
            "a.exs",
            "defmodule A do\n  @t \"a\"\n  def up do\n    execute(\"\"\"\n    drop table #{@t}\n    \"\"\")\n    execute ~s(drop table \"b\")\n  end\nend",
            "drop table a\ndrop table \"b\"\n",
        ),
        (
            "code",
            "a.go",
            "func Up00(ctx context.Context, tx *sql.Tx) error { return nil }\nfunc up(tx *sql.Tx) error {\n\t_, err := tx.Exec(`drop table a` + \" cascade\")\n\treturn err\n}",
            "drop table a cascade\n",
        ),
        (
            "code",
            "A.java",
            "class A extends BaseJavaMigration { public void migrate(Context c) throws Exception { s.execute(\"\"\"\n drop table a\n \"\"\"); } }",
            "drop table a\n",
        ),
        (
            "code",
            "A.kt",
            "class A : BaseJavaMigration() { override fun migrate(c: Context) { s.execute(\"\"\"drop table a\"\"\".trimIndent()) } }",
            "drop table a\n",
        ),
        (
            "code",
            "a.rs",
            "impl MigrationTrait for M { async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> { m.get_connection().execute_unprepared(r#\"drop table \"a\"\"#).await?; Ok(()) } }",
            "drop table \"a\"\n",
        ),
    ] {
        assert_eq!(sent(tool, path, text), expected, "{text}");
    }
}

#[test]
fn texts_that_functions_make() {
    let go = "
        const batch = 5000
        const (
            things = \"things\"
        )
        func quoteIt(name string) string { return `\"` + strings.ReplaceAll(name, `\"`, `\"\"`) + `\"` }
        func name(table string) string { return fmt.Sprintf(\"ix_%s_a\", table) }
        func up(ctx context.Context, db *sql.DB) error {
            stmt := fmt.Sprintf(`create index %s on %[2]s (a)`, quoteIt(name(things)), pq.QuoteIdentifier(things))
            if _, err := db.ExecContext(ctx, stmt); err != nil { return err }
            rows, err := db.QueryContext(ctx, other, batch)
            for {
                _, err = tx.Exec(fmt.Sprintf(\"delete from %q where id < %d and a like '5%%' -- %s\", things, batch, x()))
            }
        }";
    let java = "class A extends BaseJavaMigration { public void migrate(Context c) throws Exception {
        s.execute(String.format(\"drop table %s\", \"a\"));
        s.execute(\"drop table %s_%s\".formatted(\"b\", \"b\"));
    } }";
    let ruby = "class A < ActiveRecord::Migration[7.0]
          def up
            execute %(drop table a)
            execute %{drop table b}
            execute format('drop table %s', quote_table_name('c.d'))
            execute \"drop table #{connection.quote_column_name('E')}\"
          end
        end";
    for (tool, path, text, expected) in [
        (
            "code",
            "a.go",
            go,
            "create index \"ix_things_a\" on \"things\" (a)\n! SQL in a string\n\
             delete from \"things\" where id < 5000 and a like '5%' -- ${x}\n",
        ),
        ("code", "A.java", java, "drop table a\ndrop table b_b\n"),
        ("rails", "a.rb", ruby, "drop table a\ndrop table b\ndrop table \"c\".\"d\"\ndrop table \"E\"\n"),
    ] {
        assert_eq!(sent(tool, path, text), expected, "{text}");
    }
}

#[test]
fn places_are_those_of_the_file() {
    let text = "exports.up = (pgm) => {\n  pgm.sql('select \\'é\\' from ' + 'users where broken broken broken');\n};";
    let code = code(CodeTool::named("node-pg-migrate").unwrap(), "a.js", text, &Files::default());
    let script = super::read(&code.up);
    let statement = script.statements.first().unwrap();
    assert_eq!(statement.span.of(text), "select \\'é\\' from ' + 'users where broken broken broken");
    let text = "exports.up = (pgm) => { pgm.dropTable('users', { cascade: true }); }";
    let code = super::code(CodeTool::named("node-pg-migrate").unwrap(), "a.js", text, &Files::default());
    let script = super::read(&code.up);
    assert_eq!(script.statements.first().unwrap().span.of(text), "pgm.dropTable('users', { cascade: true })");
}

#[test]
fn steps_are_followed_in_order() {
    let text = "
        const { helper } = require('./other');
        const drop = async (db, name) => { await db.schema.dropTable(name); };
        exports.up = async function (knex) {
            for (const name of ['a', 'b']) { await drop(knex, name); }
            ['c'].forEach((name) => knex.schema.dropTable(name));
            if (await knex.schema.hasTable('d')) await knex.schema.dropTable('d');
            await knex.schema.dropTable(helper());
            await Promise.all([knex.schema.dropTable('e'), knex.schema.dropTable('f')]);
            return knex.schema.dropTable('g').then(() => knex.schema.dropTable('h'));
        };
        exports.down = (knex) => knex.schema.dropTable('never');";
    let expected = "drop table \"a\"\ndrop table \"b\"\ndrop table \"c\"\ndrop table \"d\"\n! a table's name\ndrop table \"e\"\n\
                    drop table \"f\"\ndrop table \"g\"\ndrop table \"h\"\n";
    assert_eq!(sent("knex", "a.js", text), expected);
}

#[test]
fn files_are_loaded_by_name() {
    let sql = [
        ("db/sql/001/up.sql", "drop table a"),
        ("db/sql/001/down.sql", "x"),
        ("db/sql/002/up.sql", "drop table b"),
    ];
    let text = "def upgrade():\n    with open(os.path.join(HERE, 'sql', '002', 'up.sql')) as f:\n        pass\n    op.execute(open(os.path.join(HERE, 'sql', '002', 'up.sql')).read())\n    op.execute(Path('up.sql').read_text())";
    assert_eq!(sent_with("alembic", "db/versions/a.py", text, &sql), "drop table b\n! SQL in a string\n");
}

#[test]
fn knex_alter_sets_everything_anew() {
    let text = "exports.up = (knex) => knex.schema.alterTable('t', (t) => { t.string('a').notNullable().defaultTo('x').alter(); t.boolean('b').defaultTo(true); })";
    let expected = "alter table \"t\" add column \"b\" boolean default '1'\n\
                    alter table \"t\" alter column \"a\" drop default\n\
                    alter table \"t\" alter column \"a\" drop not null\n\
                    alter table \"t\" alter column \"a\" type varchar(255) using (\"a\"::varchar(255))\n\
                    alter table \"t\" alter column \"a\" set default 'x'\n\
                    alter table \"t\" alter column \"a\" set not null\n";
    assert_eq!(sent("knex", "a.js", text), expected);
}
