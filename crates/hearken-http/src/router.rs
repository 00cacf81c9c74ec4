//! Which endpoint answers what: one table, and the only place where a path stands.

use futures_util::future::BoxFuture;
use hearken_domain::access::{Caller, Scope};
use http::Method;

use crate::{
    call::{Answer, Call},
    endpoint,
    error::ApiError,
    settings::Serves,
};

/// An endpoint, by who may call it.
#[derive(Clone, Copy)]
pub(crate) enum Endpoint {
    /// Anybody, also when the service is busy.
    Open(fn(Call) -> BoxFuture<'static, Answer>),
    /// A caller; what it may see is the endpoint's to judge.
    Keyed(fn(Call, Caller) -> BoxFuture<'static, Answer>),
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
    ($($method:ident $path:literal => $kind:ident $(($scope:ident))? $($module:ident)::+;)*) => {
        vec![$(Route {
            method: Method::$method,
            path: $path,
            endpoint: Endpoint::$kind($(Scope::$scope,)? routes!(@call $kind $($module)::+)),
        }),*]
    };
    (@call Open $($module:ident)::+) => { |call| Box::pin(endpoint::$($module)::+::answer(call)) };
    (@call Keyed $($module:ident)::+) => { |call, caller| Box::pin(endpoint::$($module)::+::answer(call, caller)) };
    (@call Scoped $($module:ident)::+) => { |call, caller| Box::pin(endpoint::$($module)::+::answer(call, caller)) };
}

/// What every process answers.
fn operations() -> Vec<Route> {
    routes! {
        GET "/errors/{slug}" => Open error_page;
        GET "/healthz" => Open healthz;
        GET "/readyz" => Open readyz;
        GET "/metrics" => Open metrics;
    }
}

/// What a process that serves callers answers besides.
fn api() -> Vec<Route> {
    routes! {
        POST "/v2/engagements" => Scoped(EngagementsWrite) create_engagement;
        GET "/v2/engagements" => Scoped(EngagementsRead) list_engagements;
        GET "/v2/engagements/{id}" => Scoped(EngagementsRead) read_engagement;
        GET "/v2/engagements/{id}/transcript_timeline" => Scoped(TranscriptTimelinesRead) read_timeline;
        PUT "/v2/engagements/{id}/tags" => Scoped(EngagementsWrite) tags::replace;
        GET "/v2/events" => Keyed list_events;
        GET "/v2/tags" => Scoped(TagsRead) tags::list;
        POST "/v2/tags" => Scoped(TagsWrite) tags::create;
        GET "/v2/tags/{id}" => Scoped(TagsRead) tags::read;
        PATCH "/v2/tags/{id}" => Scoped(TagsWrite) tags::update;
        DELETE "/v2/tags/{id}" => Scoped(TagsWrite) tags::delete;
        GET "/v2/webhook_endpoints" => Scoped(WebhooksRead) webhooks::list;
        POST "/v2/webhook_endpoints" => Scoped(WebhooksWrite) webhooks::create;
        GET "/v2/webhook_endpoints/{id}" => Scoped(WebhooksRead) webhooks::read;
        PATCH "/v2/webhook_endpoints/{id}" => Scoped(WebhooksWrite) webhooks::update;
        DELETE "/v2/webhook_endpoints/{id}" => Scoped(WebhooksWrite) webhooks::delete;
        POST "/v2/webhook_endpoints/{id}/rotate_secret" => Scoped(WebhooksWrite) webhooks::rotate_secret;
        POST "/v2/webhook_endpoints/{id}/test" => Scoped(WebhooksWrite) webhooks::test;
        POST "/v2/webhook_endpoints/{id}/recover" => Scoped(WebhooksWrite) webhooks::recover;
        GET "/v2/webhook_endpoints/{id}/deliveries" => Scoped(WebhooksRead) webhooks::deliveries;
        POST "/v2/deliveries/{id}/resend" => Scoped(WebhooksWrite) webhooks::resend;
        GET "/v2/workflows" => Scoped(WorkflowsRead) workflows::list;
        POST "/v2/workflows" => Scoped(WorkflowsWrite) workflows::create;
        GET "/v2/workflows/{id}" => Scoped(WorkflowsRead) workflows::read;
        PATCH "/v2/workflows/{id}" => Scoped(WorkflowsWrite) workflows::update;
        DELETE "/v2/workflows/{id}" => Scoped(WorkflowsWrite) workflows::delete;
        GET "/v2/workflows/{id}/runs" => Scoped(WorkflowsRead) workflows::runs;
        GET "/media/{token}" => Open read_media;
    }
}

fn table(serves: Serves) -> Vec<Route> {
    let mut routes = operations();
    match serves {
        Serves::Everything => routes.extend(api()),
        Serves::OperationsOnly => {}
    }
    routes
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
    pub(crate) fn new(serves: Serves) -> Self {
        let mut paths = matchit::Router::<Vec<Route>>::new();
        for route in table(serves) {
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
        let router = Router::new(Serves::Everything);
        for route in table(Serves::Everything) {
            let path = route.path.replace(['{', '}'], "");
            assert_eq!(router.find(&route.method, &path).unwrap_or_else(|_| panic!("{path}")).route.path, route.path);
            let prefixed = router.find(&route.method, &format!("/api{path}"));
            assert_eq!(prefixed.is_ok(), path.starts_with("/v"), "{path}");
        }
    }

    #[test]
    fn another_method_names_those_that_are_taken() {
        let router = Router::new(Serves::Everything);
        let allowed = |method: &Method, path| match router.find(method, path) {
            Err(ApiError::MethodNotAllowed(methods)) => methods,
            _ => panic!("{method} is not taken"),
        };
        assert_eq!(allowed(&Method::DELETE, "/v2/engagements"), [Method::POST, Method::GET, Method::HEAD]);
        assert_eq!(allowed(&Method::GET, "/v2/engagements/ngmt_1/tags"), [Method::PUT]);
        let one_tag = [Method::GET, Method::PATCH, Method::DELETE, Method::HEAD];
        assert_eq!(allowed(&Method::PUT, "/v2/tags/tag_1"), one_tag);
        assert!(matches!(router.find(&Method::GET, "/v2/nothing"), Err(ApiError::NoRoute)));
    }

    #[test]
    fn a_process_for_the_background_answers_nothing_but_its_operator() {
        let router = Router::new(Serves::OperationsOnly);
        for route in operations() {
            assert!(router.find(&route.method, &route.path.replace(['{', '}'], "")).is_ok(), "{}", route.path);
        }
        for route in api() {
            for method in [&route.method, &Method::TRACE] {
                let found = router.find(method, &route.path.replace(['{', '}'], ""));
                assert!(matches!(found, Err(ApiError::NoRoute)), "{}", route.path);
            }
        }
    }
}
