//! Any text gives an answer, in time that grows with the text.

use proptest::prelude::*;

use super::super::{CodeTool, Files, Models, code, read};

const SEEDS: [(&str, &str, &str); 8] = [
    (
        "knex",
        "a.ts",
        "const T = `a${1 + `b${T}`}`;\nexports.up = async (knex) => { await knex.schema.createTable('t', (t) => { t.increments(); t.string('a', 10).notNullable().defaultTo(knex.raw('x')); }); for (const a of ['b', T]) { await knex.raw(`drop table ${a}`, [1]); } };",
    ),
    (
        "sequelize",
        "a.js",
        "module.exports = { up: (q, S) => q.sequelize.transaction(async (t) => { await q.addColumn('t', 'c', { type: S.ENUM('a', ...b), references: { model: 't', key: 'id' } }); }) };",
    ),
    (
        "kysely",
        "a.ts",
        "export async function up(db: Kysely<any>) { await db.schema.alterTable('t').alterColumn('c', (x) => x.setDefault(sql`now()`)).execute(); }",
    ),
    (
        "node-pg-migrate",
        "a.js",
        "exports.up = pgm => { pgm.createTable('t', { ...base, id: 'id', a: { type: 'int', default: pgm.func('f()') } }); /* x */ };",
    ),
    (
        "alembic",
        "a.py",
        "def upgrade():\n    with op.batch_alter_table('t') as b:\n        b.add_column(sa.Column('c', sa.ARRAY(sa.Enum('a', name='e'))))\n    op.execute(f'''x {y!r} {{z}} ''' % (1, 2))\n",
    ),
    (
        "django",
        "s/migrations/0001_a.py",
        "class Migration(migrations.Migration):\n    operations = [migrations.CreateModel('A', fields=[('id', models.AutoField(primary_key=True)), ('m', models.ManyToManyField('s.A'))]), migrations.AddConstraint('a', models.CheckConstraint(check=models.Q(('id__gte', 1), _connector='OR'), name='c'))]\n",
    ),
    (
        "rails",
        "a.rb",
        "class A < ActiveRecord::Migration[7.1]\n  def change\n    create_table :t, id: :uuid do |t|\n      t.references :u, foreign_key: { to_table: :v }, index: { unique: true }\n    end\n    execute <<~SQL if x\n      select #{y}\n    SQL\n    %w[a b].each { |n| add_column :t, n, :string }\n  end\nend\n",
    ),
    (
        "ecto",
        "a.exs",
        "defmodule A do\n  use Ecto.Migration\n  def change do\n    create table(:t) do\n      add :a, references(:u, on_delete: :delete_all)\n    end\n    execute ~S\"\"\"\n    x\n    \"\"\"\n    for t <- ~w(a b)a, do: drop(index(t, [desc: :a]))\n  end\nend\n",
    ),
];

/// Bits of code that open, close and nest.
const BITS: [&str; 40] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "`",
    "${",
    "#{",
    "'",
    "\"",
    "\"\"\"",
    "'''",
    "<<~SQL\n",
    "SQL\n",
    "do |t|\n",
    "end\n",
    "\n    ",
    "=>",
    "->",
    "fn x ->",
    ":",
    ",",
    "%w[",
    "~s(",
    "r#\"",
    "\\",
    "/*",
    "//",
    "#",
    "if (",
    "def up\n",
    "lambda: ",
    "?",
    "...",
    "é",
    "op.execute(",
    ".then(",
    "=",
    "\u{0}",
];

fn all(path: &str, text: &str) {
    for tool in [
        "knex",
        "sequelize",
        "kysely",
        "node-pg-migrate",
        "typeorm",
        "mikro-orm",
        "alembic",
        "rails",
        "ecto",
        "code",
    ] {
        let code = code(CodeTool::named(tool).unwrap(), path, text, &Files::default());
        let end = u32::try_from(text.len()).unwrap();
        for items in [Some(&code.up), code.down.as_ref()].into_iter().flatten() {
            assert!(items.iter().all(|item| item.span.end <= end), "{text}");
            let script = read(items);
            assert!(script.statements.iter().all(|statement| statement.span.end <= end), "{text}");
        }
        assert_eq!(code.counts.len(), code.up.len());
    }
    let mut models = Models::default();
    models.survey(path, text);
    models.code(path, text, &Files::default());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_code_is_read(seed in 0..SEEDS.len(), edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..BITS.len(), 0..12_usize), 1..8)) {
        let (_, path, text) = SEEDS[seed];
        let mut text = text.to_owned();
        for (at, bit, removed) in edits {
            let at = (0..=at.index(text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let end = (at..=(at + removed).min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(at);
            text.replace_range(at..end, BITS[bit]);
        }
        all(path, &text);
    }

    #[test]
    fn bits_are_read(bits in proptest::collection::vec(0..BITS.len(), 0..60), language in 0..7_usize) {
        let text: String = bits.into_iter().map(|bit| BITS[bit]).collect();
        let path = ["a.ts", "a.py", "a.rb", "a.exs", "a.go", "a.java", "a.rs"][language];
        all(path, &text);
    }
}

#[test]
fn seeds_are_read_fully() {
    for (tool, path, text) in SEEDS.iter().filter(|(tool, ..)| *tool != "django") {
        let code = code(CodeTool::named(tool).unwrap(), path, text, &Files::default());
        assert!(code.found && !code.up.is_empty(), "{tool}");
    }
}

#[test]
fn long_and_deep_code_takes_no_longer_than_it_is() {
    let doubled = "const a0 = 'xxxxxxxxxx';\n".to_owned()
        + &(1..60).map(|n| format!("const a{n} = a{} + a{};\n", n - 1, n - 1)).collect::<String>()
        + "exports.up = (knex) => knex.raw(a59);";
    all("a.js", &doubled);
    let looped = format!(
        "exports.up = (knex) => {{ {} knex.raw('select 1'); {} }}",
        "for (const a of ['a','b','c','d']) {".repeat(20),
        "}".repeat(20)
    );
    all("a.js", &looped);
    let calls = (0..40)
        .map(|n| format!("const f{n} = (k) => {{ f{m}(k); f{m}(k); }};\n", m = n + 1))
        .collect::<String>()
        + "exports.up = (knex) => f0(knex);";
    all("a.js", &calls);
    for (path, bit) in [
        ("a.js", "("),
        ("a.js", "`${"),
        ("a.js", "a.b("),
        ("a.js", "x => {"),
        ("a.js", "if (a) "),
        ("a.js", "/ "),
        ("a.js", "a?b:"),
        ("a.js", "await "),
        ("a.py", "if a:\n "),
        ("a.py", "f'{"),
        ("a.py", "lambda: "),
        ("a.py", "["),
        ("a.rb", "do |a| "),
        ("a.rb", "<<~A "),
        ("a.rb", "a <<B\n"),
        ("a.rb", "foo bar "),
        ("a.rb", "\"#{"),
        ("a.rb", "%w["),
        ("a.exs", "fn a -> "),
        ("a.exs", "do\n"),
        ("a.go", "if a := b; "),
        ("a.rs", "r#\""),
        ("a.java", "\"\"\"${"),
        ("a.js", "a + "),
    ] {
        let text = format!("exports.up = (knex) => {{ def up\n {}", bit.repeat(20_000));
        let code = code(CodeTool::named("knex").unwrap(), path, &text, &Files::default());
        let _ = read(&code.up);
    }
}
