//! The tables of what steps found.

/// That a step has a result.
pub(crate) mod step_results {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "step_results")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) engagement_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) step: String,
        pub(crate) made_by: String,
        pub(crate) created_at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a recording is.
pub(crate) mod media_facts {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "media_facts")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) engagement_id: String,
        pub(crate) container: String,
        pub(crate) codec: String,
        pub(crate) duration_ms: i64,
        pub(crate) channels: i64,
        pub(crate) sample_rate: i64,
        pub(crate) peaks: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What is to be done.
pub(crate) mod action_items {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "action_items")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: String,
        pub(crate) engagement_id: String,
        pub(crate) position: i64,
        pub(crate) title: String,
        pub(crate) description: Option<String>,
        pub(crate) assignee: Option<String>,
        pub(crate) due_at: Option<i64>,
        pub(crate) status: String,
        pub(crate) start_ms: Option<i64>,
        pub(crate) end_ms: Option<i64>,
        pub(crate) made_by: String,
        pub(crate) created_at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A sign of something.
pub(crate) mod signals {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "signals")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: String,
        pub(crate) engagement_id: String,
        pub(crate) position: i64,
        pub(crate) kind: String,
        pub(crate) title: String,
        pub(crate) quote: String,
        pub(crate) speaker: Option<i64>,
        pub(crate) start_ms: Option<i64>,
        pub(crate) end_ms: Option<i64>,
        pub(crate) confidence: f64,
        pub(crate) made_by: String,
        pub(crate) created_at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
