//! What a host does, step by step. A script that ends without a close stays silent until the fetcher leaves.

use std::time::Duration;

use tokio::{
    io::{AsyncWriteExt, Result},
    time::sleep,
};

use super::wire::Wire;
use crate::origin::drain;

/// One step.
#[derive(Clone, Debug)]
pub(crate) enum Move {
    /// Sends bytes.
    Send(Vec<u8>),
    /// Sends the bytes again and again, as fast as they are taken.
    Forever(Vec<u8>),
    /// Sends the bytes again and again with a pause. Floods that the fetcher has to answer are paced like this: at full
    /// speed they would only test how many processors the plays beside them can do without.
    Again(Vec<u8>, Duration),
    /// Sends one byte at a time with a pause.
    Drip(Vec<u8>, Duration),
    /// Waits until the fetcher has taken what was sent: a reset would take the rest back.
    Pause,
    /// Sends bytes below TLS.
    Beneath(Vec<u8>),
    /// Closes as one should, TLS first.
    Close,
    /// Closes the connection without a word of TLS.
    Fin,
    /// Resets the connection.
    Reset,
}

/// Between two looks at what the fetcher has taken.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How often that is looked at before the fetcher is believed to take no more.
const LOOKS: usize = 3000;

/// Long enough for bytes to cross loopback.
const PAUSE: Duration = Duration::from_millis(250);

/// Bytes of text.
pub(crate) fn send(text: &str) -> Move {
    Move::Send(text.as_bytes().to_vec())
}

/// Does it all, and then waits until the fetcher has left.
pub(crate) async fn play(mut wire: impl Wire, moves: &[Move]) {
    for step in moves {
        match step {
            Move::Fin => return,
            Move::Reset => return wire.counted().reset_when_dropped(),
            // The fetcher may leave at any moment; that is part of the play.
            step => {
                if perform(&mut wire, step).await.is_err() {
                    break;
                }
            }
        }
    }
    drain(&mut wire).await;
}

async fn perform(wire: &mut impl Wire, step: &Move) -> Result<()> {
    match step {
        Move::Send(bytes) => {
            wire.write_all(bytes).await?;
            wire.flush().await
        }
        Move::Forever(bytes) => loop {
            wire.write_all(bytes).await?;
            wire.flush().await?;
        },
        Move::Again(bytes, pause) => loop {
            wire.write_all(bytes).await?;
            wire.flush().await?;
            sleep(*pause).await;
        },
        Move::Drip(bytes, pause) => {
            for byte in bytes {
                wire.write_all(&[*byte]).await?;
                wire.flush().await?;
                sleep(*pause).await;
            }
            Ok(())
        }
        Move::Pause => {
            for _ in 0..LOOKS {
                if wire.counted().is_taken() {
                    break;
                }
                sleep(LOOK_EVERY).await;
            }
            sleep(PAUSE).await;
            Ok(())
        }
        Move::Beneath(bytes) => {
            let tcp = wire.counted();
            tcp.write_all(bytes).await?;
            tcp.flush().await
        }
        Move::Close => wire.shutdown().await,
        Move::Fin | Move::Reset => unreachable!("they end the play"),
    }
}
