//! Signatures as they arrive, held against the Python and the JavaScript library of Standard Webhooks, and Svix's own
//! for the `svix-*` headers. The libraries are installed once, below the build's folder.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use hearken_automation_webhook::signature::encode_secret;
use hearken_domain::webhook::SigningSecret;
use http::HeaderValue;
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};

use crate::{
    programs::{folder, run, script, skip},
    receiver::{Call, Receiver},
    signatures::call_signed_by,
    stage::secret,
};

const PYTHON_LIBRARY: &str = "standardwebhooks==1.1.0";
const NODE_LIBRARIES: [&str; 2] = ["standardwebhooks@1.1.1", "svix@2.5.0"];

/// Messages for a library, and whether it must take each.
#[derive(Default)]
struct Messages {
    lines: Vec<String>,
    good: Vec<bool>,
}

impl Messages {
    fn add(&mut self, call: &Call, secret: &SigningSecret, is_good: bool) {
        let headers = call.headers.iter().filter(|(name, _)| !name.as_str().contains("length"));
        let headers: Map<String, Value> =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().into())).collect();
        let message = json!({
            "secret": encode_secret(secret).expose_secret(),
            "headers": headers,
            "body": STANDARD.encode(&call.body),
        });
        self.lines.push(message.to_string());
        self.good.push(is_good);
    }

    /// With one bit changed, at every place of the body, the id and the timestamp.
    fn add_changed(&mut self, call: &Call, secret: &SigningSecret) {
        for place in 0..call.body.len() {
            let mut changed = call.clone();
            changed.body[place] ^= 1;
            self.add(&changed, secret, false);
        }
        for [ours, theirs] in [["webhook-id", "svix-id"], ["webhook-timestamp", "svix-timestamp"]] {
            for place in 0..call.headers[ours].len() {
                let (mut changed, mut value) = (call.clone(), call.headers[ours].as_bytes().to_vec());
                value[place] ^= 1;
                let value = HeaderValue::from_bytes(&value).unwrap();
                changed.headers.insert(ours, value.clone());
                changed.headers.insert(theirs, value);
                self.add(&changed, secret, false);
            }
        }
    }
}

async fn messages() -> Messages {
    let mut messages = Messages::default();
    for receiver in [Receiver::answering("200 OK", "").await, Receiver::over_http2().await] {
        let one = call_signed_by(&receiver, &[secret(1)]).await;
        messages.add(&one, &secret(1), true);
        messages.add(&one, &secret(2), false);
        let rotating = call_signed_by(&receiver, &[secret(2), secret(1)]).await;
        messages.add(&rotating, &secret(1), true);
        messages.add(&rotating, &secret(2), true);
        messages.add(&rotating, &secret(3), false);
        messages.add_changed(&one, &secret(1));
    }
    messages
}

/// Has a script say of each message whether its library takes it.
async fn verify(program: &Path, args: &[&str]) {
    let messages = messages().await;
    let said = run(program, args, &messages.lines.join("\n")).await.unwrap();
    let said: Vec<bool> = said.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(said, messages.good, "{args:?}");
    assert!(said.len() > 200 && said.iter().filter(|good| **good).count() == 6);
}

async fn python() -> Result<std::path::PathBuf, String> {
    let folder = folder("python").await;
    let python = folder.join("bin/python");
    let folder = folder.to_str().unwrap();
    let installed = ["-c", "import standardwebhooks"];
    if run(&python, &installed, "").await.is_err() {
        run(Path::new("python3"), &["-m", "venv", "--clear", folder], "").await?;
        run(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PYTHON_LIBRARY], "").await?;
    }
    Ok(python)
}

#[tokio::test]
async fn the_python_library_takes_what_arrives() {
    match python().await {
        Ok(python) => verify(&python, &[&script("verify.py")]).await,
        Err(why) => skip("the_python_library_takes_what_arrives", &format!("python3 with {PYTHON_LIBRARY} ({why})")),
    }
}

async fn node() -> Result<(), String> {
    run(Path::new("node"), &["--version"], "").await?;
    let folder = folder("node").await;
    let installed = NODE_LIBRARIES.iter().all(|library| {
        let name = library.split('@').next().unwrap_or(library);
        folder.join("node_modules").join(name).join("package.json").is_file()
    });
    if !installed {
        let prefix = ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder.to_str().unwrap()];
        run(Path::new("npm"), &[&prefix[..], &NODE_LIBRARIES].concat(), "").await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_javascript_libraries_take_what_arrives() {
    if let Err(why) = node().await {
        let needs = format!("node with {} ({why})", NODE_LIBRARIES.join(" and "));
        return skip("the_javascript_libraries_take_what_arrives", &needs);
    }
    for library in ["standardwebhooks", "svix"] {
        let installed = folder("node").await.join("node_modules").join(library);
        verify(Path::new("node"), &[&script("verify.cjs"), installed.to_str().unwrap()]).await;
    }
}
