//! The tables of engagements and of what is made with them.

/// A call or a meeting.
pub(crate) mod engagements {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "engagements")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: String,
        pub(crate) external_id: String,
        pub(crate) source_system: String,
        pub(crate) title: String,
        pub(crate) title_folded: String,
        pub(crate) engagement_type: String,
        pub(crate) status: String,
        pub(crate) error_step: Option<String>,
        pub(crate) error_code: Option<String>,
        pub(crate) error_message: Option<String>,
        pub(crate) is_private: bool,
        pub(crate) is_internal: bool,
        pub(crate) run_workflows: bool,
        pub(crate) owner_id: String,
        pub(crate) host_id: Option<String>,
        pub(crate) created_by: String,
        pub(crate) start_at: i64,
        pub(crate) end_at: Option<i64>,
        pub(crate) duration_seconds: Option<i64>,
        pub(crate) description: Option<String>,
        pub(crate) external_url: Option<String>,
        pub(crate) summary: Option<String>,
        pub(crate) media_upload_id: Option<String>,
        pub(crate) media_type: Option<String>,
        pub(crate) media_bytes: Option<i64>,
        pub(crate) media_sha256: Option<Vec<u8>>,
        pub(crate) created_at: i64,
        pub(crate) updated_at: i64,
        pub(crate) version: i64,
        pub(crate) steps_left: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Somebody who took part.
pub(crate) mod participants {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "engagement_participants")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) engagement_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) position: i64,
        pub(crate) name: Option<String>,
        pub(crate) email: Option<String>,
        pub(crate) phone: Option<String>,
        pub(crate) user_id: Option<String>,
        pub(crate) contact_id: Option<String>,
        pub(crate) company_id: Option<String>,
        pub(crate) is_owner: bool,
        pub(crate) channel: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The plain text that came with the request.
pub(crate) mod transcripts {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "transcripts")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) engagement_id: String,
        pub(crate) text: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who said what, and when.
pub(crate) mod timelines {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "timelines")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workspace_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: String,
        pub(crate) engagement_id: String,
        pub(crate) source: String,
        pub(crate) language: Option<String>,
        pub(crate) overall_sentiment: Option<f64>,
        pub(crate) created_at: i64,
        pub(crate) body: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
