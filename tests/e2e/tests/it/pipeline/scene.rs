//! A call of two people, and a service with everything that it needs outside.

use hearken_e2e::{bodies, client::Client, outside::Outside, server::Server, setup::Setup};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The phrases of the call: what Ada says, what Sam says, and so on in turns.
pub(crate) const CALL: [usize; 4] = [0, 1, 2, 3];
/// One of us.
pub(crate) const ADA: &str = "ada@acme.example";
/// One of theirs.
pub(crate) const SAM: &str = "sam@globex.example";

/// A running service, and what stands outside of it.
pub(crate) struct Scene {
    pub(crate) outside: Outside,
    pub(crate) setup: Setup,
    pub(crate) server: Server,
    pub(crate) folder: TempDir,
}

impl Scene {
    /// With every engine outside.
    pub(crate) async fn start() -> Self {
        Self::with(Outside::setup).await
    }

    /// With a setup of its own.
    pub(crate) async fn with(setup: impl FnOnce(&Outside) -> Setup) -> Self {
        let outside = Outside::start().await;
        let setup = setup(&outside);
        let folder = TempDir::new().expect("a temporary folder can be made");
        let server = setup.start(folder.path()).await;
        add_ada(&server);
        Self { outside, setup, server, folder }
    }

    /// A client that may do everything.
    pub(crate) fn client(&self) -> Client {
        self.server.admin()
    }

    /// The call, as a request.
    pub(crate) fn call(&self, external_id: &str) -> Value {
        call(&self.outside, external_id)
    }
}

/// Makes Ada a user of the first workspace.
pub(crate) fn add_ada(server: &Server) {
    let workspace = server.first_workspace();
    let name = ["--first-name", "Ada", "--last-name", "Park"];
    server.command(&[&["users", "add", "--workspace", &workspace, "--email", ADA][..], &name].concat());
}

/// Ada, who owns it, speaks on the first channel and Sam on the second.
pub(crate) fn call(outside: &Outside, external_id: &str) -> Value {
    let mut body = bodies::with_media(external_id, &outside.talk(&CALL));
    body["start_at"] = json!("2026-03-04T15:00:00Z");
    body["participants"] = people();
    body
}

/// Who takes part.
pub(crate) fn people() -> Value {
    json!([
        {"name": "Ada Park", "email": ADA, "is_owner": true, "channel": 0},
        {"name": "Sam Rivera", "email": SAM, "channel": 1},
    ])
}
