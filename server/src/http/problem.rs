//! Error responses: problem details as in RFC 9457, with a `code` for programs. They repeat nothing
//! from the request, except a host that isn't this server's.

use axum::Json;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use hearth_protocol::api::Problem;
use std::borrow::Cow;

/// A refused or failed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpError {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    header: Option<(HeaderName, HeaderValue)>,
}

impl HttpError {
    pub fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, code, detail: detail.into(), header: None }
    }

    /// Returns the error for a request that doesn't follow PROTOCOL.md.
    pub fn bad_request(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// Adds a response header.
    pub fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.header = Some((name, HeaderValue::from_static(value)));
        self
    }

    /// Returns the error for an address that has reached a limit.
    pub fn too_many() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many",
            "Too many requests from your network. Please wait a minute and try again.",
        )
        .with(RETRY_AFTER, "60")
    }

    /// Returns the error of a server that is full or stopping.
    pub fn full() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "full",
            "This server is full right now. Please try again in a few minutes.",
        )
        .with(RETRY_AFTER, "10")
    }

    /// Returns the error for a failure of the journal.
    pub fn not_stored() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not_stored",
            "The server couldn't save this, and nothing was changed. Please try again.",
        )
        .with(RETRY_AFTER, "10")
    }

    /// Returns the error for an unknown circle and for a key that doesn't open it: the same, so
    /// that nobody can find out which circles exist.
    pub fn no_circle() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no_circle",
            "This link doesn't open a circle. Ask the person who sent it for a new one.",
        )
    }

    /// Returns the error for a missing or malformed key.
    pub fn key_needed(detail: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "key_needed", detail).with(WWW_AUTHENTICATE, "Hearth")
    }

    /// Returns the error for an unknown path.
    pub fn nothing_here() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "nothing_here",
            "There is nothing at this address. Check the link, or go to the start page.",
        )
    }

    /// Returns the error for a method that the path doesn't support.
    pub fn wrong_method(allowed: &'static str) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "wrong_method",
            "This address doesn't support that method.",
        )
        .with(ALLOW, allowed)
    }

    pub fn code(&self) -> &'static str {
        self.code
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the sentence for people.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let problem = Problem {
            kind: Problem::ABOUT_BLANK.to_owned(),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.into_owned(),
            code: self.code.to_owned(),
        };
        let mut response = (self.status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(Problem::CONTENT_TYPE));
        if let Some((name, value)) = self.header {
            headers.insert(name, value);
        }
        response
    }
}
