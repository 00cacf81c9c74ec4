//! The tables of tags.

/// A tag.
pub(crate) mod tags {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "tags")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: String,
        pub(crate) name: String,
        pub(crate) description: Option<String>,
        pub(crate) hex_color: Option<String>,
        pub(crate) auto_tagging_enabled: bool,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
        pub(crate) deleted_at: Option<i64>,
        pub(crate) version: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// That an engagement has a tag.
pub(crate) mod engagement_tags {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "engagement_tags")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) engagement_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) tag_id: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
