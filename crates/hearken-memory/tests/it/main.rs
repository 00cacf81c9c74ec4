//! The memory adapters against the test-kit's checks: what they do here is what the real adapters must do.

mod blobs {
    use std::sync::Arc;

    use hearken_domain::ports::BlobStore;
    use hearken_memory::MemoryBlobs;

    async fn fresh() -> Arc<dyn BlobStore> {
        Arc::new(MemoryBlobs::new())
    }

    hearken_testkit::blob_conformance!(fresh);
}

mod store {
    use std::sync::Arc;

    use hearken_memory::MemoryStore;
    use hearken_testkit::Stores;

    async fn fresh() -> Stores {
        Stores::of(Arc::new(MemoryStore::new()))
    }

    hearken_testkit::store_conformance!(fresh);
}

/// All checks at one time on one store, as they run on a database.
mod shared_store {
    use std::sync::{Arc, LazyLock};

    use hearken_memory::MemoryStore;
    use hearken_testkit::Stores;

    static STORE: LazyLock<Arc<MemoryStore>> = LazyLock::new(Arc::default);

    async fn shared() -> Stores {
        Stores::of(STORE.clone())
    }

    hearken_testkit::store_conformance!(shared);
}
