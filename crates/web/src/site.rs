//! What all handlers share: the platform, and what the frame of every page says of its owner.

use app::{AppError, Platform};
use store::StoreError;

/// The site. Cheap to clone; all clones are one. 网站
#[derive(Clone)]
pub(crate) struct Site {
    platform: Platform,
}

impl Site {
    pub fn new(platform: Platform) -> Self {
        Self { platform }
    }

    /// Asks the platform where waiting does no harm to other requests.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Platform) -> app::Result<T> + Send + 'static,
    ) -> app::Result<T> {
        let platform = self.platform.clone();
        let done = tokio::task::spawn_blocking(move || work(&platform)).await;
        done.unwrap_or(Err(AppError::Store(StoreError::Panicked)))
    }

    /// For what is at hand and needs no waiting.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// The government whose site this is, where the register of organs names exactly one.
    pub fn owner(platform: &Platform) -> Option<String> {
        let organs = platform.organs().unwrap_or_default();
        let mut governments = organs.into_iter().filter(|one| one.kind == "government");
        let first = governments.next().map(|organ| organ.name);
        first.filter(|_| governments.next().is_none())
    }
}
