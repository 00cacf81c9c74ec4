//! The private server, where PostgreSQL is installed.

use std::net::TcpStream;

use hearken_testkit::postgres::PostgresServer;

#[test]
fn a_server_starts_stops_and_comes_back_on_its_port() {
    let Some(server) = PostgresServer::start() else { return };
    let url = server.create_database();
    assert_ne!(url, server.create_database());
    let address = url.split(['@', '/']).nth(3).unwrap().to_owned();
    assert!(TcpStream::connect(&address).is_ok());
    server.stop();
    assert!(TcpStream::connect(&address).is_err());
    server.resume();
    server.crash();
    server.resume();
    assert!(TcpStream::connect(&address).is_ok());
    drop(server);
    assert!(TcpStream::connect(&address).is_err());
}
