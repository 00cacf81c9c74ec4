//! The engine behind the port: loads the model once, when it is first needed, and listens to tracks with it.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use hearken_domain::{
    engine::EngineError,
    insight::Made,
    ports::Transcriber,
    speech::{Heard, SpeechTrack},
};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::{
    sync::{OnceCell, Semaphore},
    task::spawn_blocking,
};

use crate::{
    error::{WhisperError, told},
    folder::ModelFolder,
    listening::{Listening, Step},
    model::{Model, look_at},
    settings::WhisperSettings,
    stop::{Stop, StopOnDrop},
};

/// A Whisper model of this process. Clones of an `Arc` of it share the model.
pub struct WhisperEngine {
    folder: ModelFolder,
    threads: usize,
    loaded: OnceCell<Arc<Loaded>>,
    /// One window at a time: a window uses all its threads, and two would need twice the memory.
    turns: Arc<Semaphore>,
}

struct Loaded {
    model: Model,
    pool: ThreadPool,
}

impl WhisperEngine {
    /// Touches nothing: the model is loaded by the first [`Transcriber::transcribe`].
    pub fn new(settings: WhisperSettings) -> Self {
        Self {
            folder: settings.folder(),
            threads: settings.threads.map_or(0, std::num::NonZeroUsize::get),
            loaded: OnceCell::new(),
            turns: Arc::new(Semaphore::new(1)),
        }
    }

    async fn loaded(&self) -> Result<Arc<Loaded>, WhisperError> {
        self.loaded.get_or_try_init(|| self.load()).await.cloned()
    }

    async fn load(&self) -> Result<Arc<Loaded>, WhisperError> {
        let (folder, threads) = (self.folder.clone(), self.threads);
        let load = move || {
            let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|at| format!("whisper-{at}"));
            let pool = pool.build().map_err(WhisperError::Threads)?;
            let model = Model::load(&folder)?;
            tracing::info!(speech.model = folder.name(), "whisper model loaded");
            Ok(Arc::new(Loaded { model, pool }))
        };
        spawn_blocking(load).await.map_err(WhisperError::Broke)?
    }

    async fn listen(&self, wav: &Path, language: Option<&str>) -> Result<Heard, WhisperError> {
        let loaded = self.loaded().await?;
        let guard = StopOnDrop::default();
        let (wav, wished) = (wav.to_owned(), language.map(str::to_owned));
        let begin = move || Listening::begin(&wav, wished.as_deref());
        let mut listening = spawn_blocking(begin).await.map_err(WhisperError::Broke)??;
        loop {
            let step;
            (listening, step) = self.window(&loaded, listening, guard.0.clone()).await?;
            if step == Step::Done {
                return Ok(listening.finish(&loaded.model));
            }
        }
    }

    async fn window(
        &self,
        loaded: &Arc<Loaded>,
        mut listening: Listening,
        stop: Stop,
    ) -> Result<(Listening, Step), WhisperError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.expect("it is never closed");
        let loaded = Arc::clone(loaded);
        let work = move || {
            // A call that is given up keeps its turn until its work has stopped.
            let _turn = turn;
            let step = loaded.pool.install(|| listening.step(&loaded.model, &stop))?;
            Ok((listening, step))
        };
        spawn_blocking(work).await.map_err(WhisperError::Broke)?
    }
}

#[async_trait]
impl Transcriber for WhisperEngine {
    async fn check(&self) -> Result<(), EngineError> {
        if self.loaded.initialized() {
            return Ok(());
        }
        let folder = self.folder.clone();
        let looked = spawn_blocking(move || look_at(&folder).map(drop)).await.map_err(WhisperError::Broke);
        looked.and_then(|looked| looked).map_err(|error| told(error, &self.folder))
    }

    async fn transcribe(&self, track: &SpeechTrack, language: Option<&str>) -> Result<Made<Heard>, EngineError> {
        let heard = self.listen(&track.wav, language).await;
        let value = heard.map_err(|error| told(error, &self.folder))?;
        Ok(Made { by: format!("whisper ({})", self.folder.name()), value })
    }
}
