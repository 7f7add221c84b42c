use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "cakes", schema_name = "bakery")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    /// #[sea_orm(column_name = "doc")]
    #[sea_orm(column_name = "cake_name", column_type = "Text")]
    pub name: Option<String>,
    #[sea_orm(ignore)]
    pub computed: i32,
    pub r#type: Kind,
}

#[derive(EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "cake_kind")]
pub enum Kind {
    #[sea_orm(string_value = "round")]
    Round,
    #[sea_orm(string_value = "flat")]
    Flat,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
