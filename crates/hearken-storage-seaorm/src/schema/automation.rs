//! The tables of webhook endpoints, workflows and deliveries.

/// Who hears of events.
pub(crate) mod webhook_endpoints {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_endpoints")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: String,
        pub(crate) url: String,
        pub(crate) event_types: String,
        pub(crate) description: Option<String>,
        pub(crate) enabled: bool,
        pub(crate) disabled_reason: Option<String>,
        pub(crate) failing_since: Option<i64>,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
        pub(crate) deleted_at: Option<i64>,
        pub(crate) version: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What an endpoint's deliveries are signed with.
pub(crate) mod endpoint_secrets {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "endpoint_secrets")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) endpoint_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) position: i64,
        pub(crate) secret: Vec<u8>,
        pub(crate) expires_at: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What happens by itself.
pub(crate) mod workflows {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "workflows")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: String,
        pub(crate) name: String,
        pub(crate) enabled: bool,
        pub(crate) conditions: String,
        pub(crate) actions: String,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
        pub(crate) deleted_at: Option<i64>,
        pub(crate) version: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// That it happened.
pub(crate) mod workflow_runs {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "workflow_runs")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: String,
        pub(crate) workflow_id: String,
        pub(crate) engagement_id: String,
        pub(crate) actions: String,
        pub(crate) created_at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Something that must reach somebody.
pub(crate) mod deliveries {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "deliveries")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: String,
        pub(crate) lane: String,
        pub(crate) state: String,
        pub(crate) event_id: String,
        pub(crate) event_type: String,
        pub(crate) endpoint_id: Option<String>,
        pub(crate) run_id: Option<String>,
        pub(crate) action: Option<i64>,
        pub(crate) engagement_id: Option<String>,
        pub(crate) recipient: Option<String>,
        pub(crate) url: Option<String>,
        pub(crate) secret: Option<Vec<u8>>,
        pub(crate) payload: Option<Vec<u8>>,
        pub(crate) attempt: i64,
        pub(crate) due_at: Option<i64>,
        pub(crate) token: Option<String>,
        pub(crate) process: Option<String>,
        pub(crate) created_at: i64,
        pub(crate) settled_at: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One attempt at it.
pub(crate) mod delivery_attempts {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "delivery_attempts")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) delivery_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) position: i64,
        pub(crate) at: i64,
        pub(crate) status_code: Option<i64>,
        pub(crate) duration_ms: i64,
        pub(crate) error: Option<String>,
        pub(crate) response_body: Option<String>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
