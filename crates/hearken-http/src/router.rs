//! Which endpoint answers what: one table, and the only place where a path stands.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use hearken_domain::access::{Caller, Scope};
use http::{Method, Response, request::Parts};

use crate::{
    body::{Body, RequestBody},
    endpoint,
    error::ApiError,
    state::State,
};

/// A request that has an endpoint.
pub(crate) struct Call {
    pub(crate) state: Arc<State>,
    pub(crate) head: Parts,
    pub(crate) body: RequestBody,
    /// The path's one parameter, where it has one.
    pub(crate) parameter: Option<String>,
}

impl Call {
    /// The raw query string; empty when there is none.
    pub(crate) fn query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }
}

/// The answer of an endpoint.
pub(crate) type Answer = Result<Response<Body>, ApiError>;

/// An endpoint, by who may call it.
#[derive(Clone, Copy)]
pub(crate) enum Endpoint {
    /// Anybody, also when the service is busy.
    Open(fn(Call) -> BoxFuture<'static, Answer>),
    /// A caller with the scope.
    Scoped(Scope, fn(Call, Caller) -> BoxFuture<'static, Answer>),
}

/// One route.
pub(crate) struct Route {
    pub(crate) method: Method,
    /// As in the log and the metrics: the path's parameters are names there.
    pub(crate) path: &'static str,
    pub(crate) endpoint: Endpoint,
}

macro_rules! routes {
    ($($method:ident $path:literal => $kind:ident $(($scope:ident))? $module:ident;)*) => {
        vec![$(Route {
            method: Method::$method,
            path: $path,
            endpoint: Endpoint::$kind($(Scope::$scope,)? routes!(@call $kind $module)),
        }),*]
    };
    (@call Open $module:ident) => { |call| Box::pin(endpoint::$module::answer(call)) };
    (@call Scoped $module:ident) => { |call, caller| Box::pin(endpoint::$module::answer(call, caller)) };
}

fn table() -> Vec<Route> {
    routes! {
        POST "/v2/engagements" => Scoped(EngagementsWrite) create_engagement;
        GET "/v2/engagements" => Scoped(EngagementsRead) list_engagements;
        GET "/v2/engagements/{id}" => Scoped(EngagementsRead) read_engagement;
        GET "/v2/engagements/{id}/transcript_timeline" => Scoped(TranscriptTimelinesRead) read_timeline;
        GET "/media/{token}" => Open read_media;
        GET "/errors/{slug}" => Open error_page;
        GET "/healthz" => Open healthz;
        GET "/readyz" => Open readyz;
        GET "/metrics" => Open metrics;
    }
}

/// Finds endpoints.
pub(crate) struct Router {
    paths: matchit::Router<Vec<Route>>,
}

/// Where a request goes.
pub(crate) struct Found<'a> {
    pub(crate) route: &'a Route,
    pub(crate) parameter: Option<String>,
}

impl Router {
    pub(crate) fn new() -> Self {
        let mut paths = matchit::Router::<Vec<Route>>::new();
        for route in table() {
            if let Ok(found) = paths.at_mut(route.path) {
                found.value.push(route);
            } else {
                let path = route.path;
                paths.insert(path, vec![route]).expect("the table's paths do not clash, a test walks it");
            }
        }
        Self { paths }
    }

    /// The route of a request; `HEAD` goes where `GET` goes. The prefix `/api` is optional before a version.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Result<Found<'_>, ApiError> {
        let path = without_prefix(path);
        let found = self.paths.at(path).map_err(|_| ApiError::NoRoute)?;
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        let Some(route) = found.value.iter().find(|route| route.method == *wanted) else {
            return Err(ApiError::MethodNotAllowed(allowed(found.value)));
        };
        let parameter = found.params.iter().next().map(|(_, value)| value.to_owned());
        Ok(Found { route, parameter })
    }
}

/// Whether an address lies under the version that this is, with an endpoint or without.
pub(crate) fn is_versioned(path: &str) -> bool {
    without_prefix(path).starts_with("/v2/")
}

fn without_prefix(path: &str) -> &str {
    path.strip_prefix("/api").filter(|rest| rest.starts_with("/v")).unwrap_or(path)
}

fn allowed(routes: &[Route]) -> Vec<Method> {
    let mut methods: Vec<Method> = routes.iter().map(|route| route.method.clone()).collect();
    if methods.contains(&Method::GET) {
        methods.push(Method::HEAD);
    }
    methods
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_of_the_table_is_found_with_and_without_the_prefix() {
        let router = Router::new();
        for route in table() {
            let path = route.path.replace(['{', '}'], "");
            assert_eq!(router.find(&route.method, &path).unwrap_or_else(|_| panic!("{path}")).route.path, route.path);
            let prefixed = router.find(&route.method, &format!("/api{path}"));
            assert_eq!(prefixed.is_ok(), path.starts_with("/v"), "{path}");
        }
    }

    #[test]
    fn another_method_names_those_that_are_taken() {
        let router = Router::new();
        let Err(ApiError::MethodNotAllowed(methods)) = router.find(&Method::DELETE, "/v2/engagements") else {
            panic!("DELETE is not taken")
        };
        assert_eq!(methods, [Method::POST, Method::GET, Method::HEAD]);
        assert!(matches!(router.find(&Method::GET, "/v2/nothing"), Err(ApiError::NoRoute)));
    }
}
