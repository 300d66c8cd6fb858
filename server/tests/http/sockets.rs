//! Over a real socket: stopping, and clients that dawdle.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::harness::{Applicant, Server};

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_server_stops() {
    let server = Server::start().await;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let app = server.app.clone();
    let serving = tokio::spawn(async move {
        let stopped = async {
            stopped.await.unwrap();
        };
        opencall_server::serve::accept(listener, &app, stopped).await;
    });
    let token = Applicant::new(&server).token;
    let body = r#"{"answers": {}, "locale": "en"}"#;
    let head = format!(
        "POST /api/v1/programmes/small-call/applications HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         idempotency-key: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server says that it waits for the body: the request is under way.
    let mut reply = [0; 25];
    stream.read_exact(&mut reply).await.unwrap();
    assert_eq!(&reply, b"HTTP/1.1 100 Continue\r\n\r\n");
    stop.send(()).unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 201 Created"), "{reply}");
    serving.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
