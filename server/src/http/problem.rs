//! Refusals over HTTP: a status, a code for programs and a sentence for people. None of them
//! repeats anything that was sent.

use axum::Json;
use axum::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use hearth_protocol::api;
use std::borrow::Cow;

/// A refused request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    status: StatusCode,
    code: &'static str,
    say: Cow<'static, str>,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refused {
    /// Returns a refusal with this status, code and sentence.
    pub fn new(status: StatusCode, code: &'static str, say: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, say: say.into(), header: None }
    }

    /// Returns a refusal of a request that is not as PROTOCOL.md says.
    pub fn bad(code: &'static str, say: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, say)
    }

    /// Returns this refusal with a header beside it.
    pub fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.header = Some((name, HeaderValue::from_static(value)));
        self
    }

    /// Returns the answer to a request beyond what its address may do.
    pub fn too_many() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many",
            "There were many requests from where you are. Please wait a minute and try again.",
        )
        .with(RETRY_AFTER, "60")
    }

    /// Returns the answer of a server that holds as much as it may, or is stopping.
    pub fn full() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "full",
            "There is no room on this server just now. Please try again in a little while.",
        )
        .with(RETRY_AFTER, "10")
    }

    /// Returns the answer when the store could not do its part.
    pub fn not_stored() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not_stored",
            "It could not be kept just now, and nothing was changed. Please try again.",
        )
        .with(RETRY_AFTER, "10")
    }

    /// Returns the one answer to an unknown circle and to a key that does not open it.
    pub fn no_circle() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no_circle",
            "There is no circle here that this link opens. Ask the person who sent it for a new one.",
        )
    }

    /// Returns the answer to a request without a key where one is needed.
    pub fn key_needed(say: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "key_needed", say).with(WWW_AUTHENTICATE, "Hearth")
    }

    /// Returns the answer where nothing is.
    pub fn nothing_here() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "nothing_here",
            "There is nothing under this address. Check the link, or begin at the start page.",
        )
    }

    /// Returns the answer to a method the address does not have.
    pub fn wrong_method(allowed: &'static str) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "wrong_method",
            "This address cannot be used in that way.",
        )
        .with(ALLOW, allowed)
    }

    /// Returns its code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Returns its status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns its sentence.
    pub fn say(&self) -> &str {
        &self.say
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = api::Problem { code: self.code.to_owned(), say: self.say.into_owned() };
        let mut response = (self.status, Json(body)).into_response();
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
