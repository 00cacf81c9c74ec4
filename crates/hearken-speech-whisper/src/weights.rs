//! `model.safetensors`: the numbers of a network, read one tensor at a time.
//!
//! The library's own loaders map the file into memory, which is not safe when somebody changes it, or read it whole next
//! to the tensors. Reading tensor by tensor needs the model's size once, and every length is checked first.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use candle_core::{DType, Device, Tensor};
use safetensors::tensor::{Dtype, Metadata};

use crate::{
    error::WhisperError,
    folder::{ModelFolder, WEIGHTS},
};

/// The longest header, in bytes; that of the largest Whisper model has some 150,000.
const MAX_HEADER: u64 = 16 * 1024 * 1024;

/// The opened file, and what is where in it.
pub(crate) struct Weights {
    file: File,
    tensors: Metadata,
    data_start: u64,
}

impl Weights {
    /// Reads the header. A file that is cut short is found out here.
    pub(crate) fn open(folder: &ModelFolder) -> Result<Self, WhisperError> {
        let bad = |why: String| WhisperError::bad(WEIGHTS, why);
        let mut file = opened(&folder.path().join(WEIGHTS))?;
        let length = file.metadata().map_err(|error| bad(error.to_string()))?.len();
        let mut size = [0; 8];
        file.read_exact(&mut size).map_err(|error| bad(error.to_string()))?;
        let header = u64::from_le_bytes(size);
        if header > MAX_HEADER || header > length {
            return Err(bad("its header has no sensible length".to_owned()));
        }
        let mut text = Vec::new();
        (&file).take(header).read_to_end(&mut text).map_err(|error| bad(error.to_string()))?;
        let tensors: Metadata = serde_json::from_slice(&text).map_err(|error| bad(error.to_string()))?;
        let data_start = 8 + header;
        if length.checked_sub(data_start) != Some(tensors.data_len() as u64) {
            return Err(bad("it is cut short or has something at its end".to_owned()));
        }
        Ok(Self { file, tensors, data_start })
    }

    /// The tensor of that name and shape, as 32-bit numbers.
    pub(crate) fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, WhisperError> {
        let bad = |why: String| WhisperError::bad(WEIGHTS, format!("{name}: {why}"));
        let info = self.tensors.info(name).ok_or_else(|| bad("it is not there".to_owned()))?;
        let dtype = match info.dtype {
            Dtype::F32 => DType::F32,
            Dtype::F16 => DType::F16,
            Dtype::BF16 => DType::BF16,
            _ => return Err(bad("its numbers are of an unknown kind".to_owned())),
        };
        let (start, end) = info.data_offsets;
        let wanted = shape.iter().try_fold(dtype.size_in_bytes(), |size, &side| size.checked_mul(side));
        if info.shape != shape || end > self.tensors.data_len() || end.checked_sub(start) != wanted {
            return Err(bad(format!("its shape is {:?} instead of {shape:?}", info.shape)));
        }
        let mut bytes = vec![0; end - start];
        self.file
            .seek(SeekFrom::Start(self.data_start + start as u64))
            .and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(|error| bad(error.to_string()))?;
        let read = Tensor::from_raw_buffer(&bytes, dtype, shape, &Device::Cpu);
        read.and_then(|tensor| tensor.to_dtype(DType::F32)).map_err(|error| bad(error.to_string()))
    }
}

fn opened(path: &Path) -> Result<File, WhisperError> {
    File::open(path).map_err(|error| WhisperError::bad(WEIGHTS, error))
}
