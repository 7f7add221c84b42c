// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "kind"))]
    pub struct Kind;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Kind;

    /// Representation of the `crates` table.
    crates (id) {
        /// The `id` column: not -> This,
        id -> Int4,
        #[max_length = 255]
        name -> Varchar,
        #[sql_name = "type"]
        type_ -> Nullable<Kind>,
        scores -> Nullable<Array<Nullable<Float8>>>,
    }
}

table! {
    #[sql_name = "order"]
    shop.orders (id, line) {
        id -> Int8,
        line -> Int8,
    }
}

diesel::joinable!(orders -> crates (id));
