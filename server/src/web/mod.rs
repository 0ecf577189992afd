//! The page: built by build.rs, embedded, compressed.

use axum::Router;

#[cfg(not(feature = "web"))]
pub(crate) use without::router;

#[cfg(feature = "web")]
pub(crate) use embedded::router;

#[cfg(feature = "web")]
mod embedded {
    use super::Router;
    use axum::extract::Request;
    use axum::http::HeaderValue;
    use axum::http::header::CACHE_CONTROL;
    use axum::middleware::{Next, from_fn};
    use axum::response::Response;
    use memory_serve::{Asset, CacheControl, MemoryServe};

    /// Written by build.rs.
    static PAGE: &[Asset] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

    /// What Vite puts there carries a hash of its contents in its name.
    const HASHED: &str = "/assets/";
    const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

    /// Returns the page's routes: its files, and the page itself at `/` and for each circle.
    pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
        MemoryServe::new(PAGE)
            .index_file(Some("/index.html"))
            .add_alias("/c/{circle}", "/index.html")
            .enable_brotli(true)
            .enable_gzip(true)
            .html_cache_control(CacheControl::NoCache)
            .cache_control(CacheControl::NoCache)
            .into_router()
            .layer(from_fn(keep_hashed))
    }

    async fn keep_hashed(request: Request, next: Next) -> Response {
        let hashed = request.uri().path().starts_with(HASHED);
        let mut response = next.run(request).await;
        if hashed && !response.status().is_client_error() {
            response.headers_mut().insert(CACHE_CONTROL, FOR_EVER);
        }
        response
    }
}

#[cfg(not(feature = "web"))]
mod without {
    use super::Router;
    use axum::routing::get;

    /// Returns routes that say there is no page.
    pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
        Router::new().route("/", get(no_page)).route("/c/{circle}", get(no_page))
    }

    async fn no_page() -> &'static str {
        "This Hearth server was built without its page. Its interface is here all the same; for the \
         page, build it with the feature `web`.\n"
    }
}
