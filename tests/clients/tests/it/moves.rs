//! What a hostile client does, step by step, while it reads whatever comes.

use std::{future::pending, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, Result},
    net::TcpStream,
    time::sleep,
};

/// One step.
#[derive(Clone, Debug)]
pub(crate) enum Move {
    /// Sends bytes.
    Send(Vec<u8>),
    /// Sends one byte at a time with a pause.
    Drip(Vec<u8>, Duration),
    /// Sends the bytes again and again with a pause.
    Again(Vec<u8>, Duration),
}

/// Bytes of text.
pub(crate) fn send(text: &str) -> Move {
    Move::Send(text.as_bytes().to_vec())
}

/// Does it all, reading along, and returns once the server has closed the connection. What was sent is of no interest;
/// that the sender is stopped by it is.
pub(crate) async fn until_closed(stream: TcpStream, moves: &[Move]) {
    let (mut reading, mut writing) = stream.into_split();
    let closed = async {
        let mut scratch = [0; 16 * 1024];
        while reading.read(&mut scratch).await.is_ok_and(|length| length > 0) {}
    };
    let sending = async {
        // A refused write says what the reader will see.
        let _ = perform(&mut writing, moves).await;
        pending::<()>().await;
    };
    tokio::select! {
        () = closed => {}
        () = sending => unreachable!("it is never over"),
    }
}

/// Does it all.
pub(crate) async fn perform(writing: &mut (impl AsyncWrite + Unpin), moves: &[Move]) -> Result<()> {
    for step in moves {
        match step {
            Move::Send(bytes) => writing.write_all(bytes).await?,
            Move::Drip(bytes, pause) => {
                for byte in bytes {
                    writing.write_all(&[*byte]).await?;
                    sleep(*pause).await;
                }
            }
            Move::Again(bytes, pause) => loop {
                writing.write_all(bytes).await?;
                sleep(*pause).await;
            },
        }
    }
    Ok(())
}
