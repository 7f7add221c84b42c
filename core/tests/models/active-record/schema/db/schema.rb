ActiveRecord::Schema[7.1].define(version: 2024_01_01_000000) do
  create_enum "status", ["open", "closed"]

  create_table "people", id: :uuid, default: -> { "gen_random_uuid()" }, force: :cascade do |t|
    t.string "name", null: false
    t.enum "status", default: "open", enum_type: "status"
    # t.string "commented"
    t.bigint "team_id"
    t.datetime "created_at", null: false
    t.index ["name"], name: "index_people_on_name"
    t.check_constraint "name <> ''", name: "named"
  end

  create_table "memberships", primary_key: ["a_id", "b_id"], force: :cascade do |t|
    t.bigint "a_id", null: false
    t.bigint "b_id", null: false
  end

  create_table "admin_audit_logs", primary_key: "log_id", force: :cascade do |t|
    t.text "message"
  end

  create_table "joins", id: false, force: :cascade do |t|
    t.integer "x"
  end

  create_table "billing.invoices", force: :cascade do |t|
    t.decimal "total"
  end

  create_table "gateway_apis", force: :cascade do |t|
  end

  create_table "vehicles", force: :cascade do |t|
    t.string "type"
  end

  create_table "person_hats", force: :cascade do |t|
    t.string "colour"
  end

  add_foreign_key "people", "teams"
end
