//! Which recursive resolvers are asked, and how: one question at a time, over UDP and then TCP.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use hickory_resolver::{
    ConnectionProvider, NameServerPool, PoolContext, TlsConfig,
    config::{ConnectionConfig, NameServerConfig, ProtocolConfig, ResolverOpts, ServerOrderingStrategy},
    net::{NetError, runtime::TokioRuntimeProvider, tcp::TcpClientStream, udp::UdpClientStream, xfer::DnsExchange},
    system_conf::read_system_conf,
};

/// How soon a UDP question that got no answer is sent again, at the soonest. Later than any honest answer, so that a slow
/// server is asked once and not twice.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// The pool of recursive resolvers. It keeps no cache: every answer is judged, and remembering is the resolvers' task.
pub(crate) type Pool = NameServerPool<Transport>;

/// Makes the pool. An empty list means the system's resolvers; where the system names none, the one on this machine
/// (resolv.conf(5)).
pub(crate) fn pool(nameservers: &[SocketAddr], within: Duration) -> Result<Pool, NetError> {
    let servers = if nameservers.is_empty() { of_the_system() } else { nameservers.iter().map(server).collect() };
    let mut options = ResolverOpts::default();
    options.timeout = within;
    // Never the same question to two servers at once.
    options.num_concurrent_reqs = 1;
    options.server_ordering_strategy = ServerOrderingStrategy::UserProvidedOrder;
    let each = within / u32::try_from(servers.len().clamp(1, 2)).unwrap_or(1);
    // An operator who waits longer has slower servers.
    let again = ASK_AGAIN.max(within * 2 / 3);
    let context = Arc::new(PoolContext::new(options, TlsConfig::new()?));
    let transport = Transport { runtime: TokioRuntimeProvider::new(), each, again };
    Ok(NameServerPool::from_config(servers, context, transport))
}

fn of_the_system() -> Vec<NameServerConfig> {
    // Search domains and options of the file are dropped here: only its servers count.
    match read_system_conf() {
        Ok((config, _)) if !config.name_servers().is_empty() => config.name_servers().to_vec(),
        _ => {
            tracing::warn!("the system names no dns resolver, asking the one on this machine");
            vec![server(&SocketAddr::from((Ipv4Addr::LOCALHOST, 53)))]
        }
    }
}

fn server(address: &SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    NameServerConfig::new(address.ip(), true, connections.into())
}

/// How one resolver is reached.
#[derive(Clone)]
pub(crate) struct Transport {
    runtime: TokioRuntimeProvider,
    each: Duration,
    again: Duration,
}

impl ConnectionProvider for Transport {
    type Conn = DnsExchange<TokioRuntimeProvider>;
    type FutureConn = Pin<Box<dyn Future<Output = Result<Self::Conn, NetError>> + Send>>;
    type RuntimeProvider = TokioRuntimeProvider;

    fn new_connection(
        &self,
        ip: IpAddr,
        config: &ConnectionConfig,
        context: &PoolContext,
    ) -> Result<Self::FutureConn, NetError> {
        let address = SocketAddr::new(ip, config.port);
        let (runtime, each) = (self.runtime.clone(), self.each);
        let again = u64::try_from(self.again.as_millis()).unwrap_or(u64::MAX);
        match &config.protocol {
            ProtocolConfig::Udp => Ok(Box::pin(async move {
                let builder = UdpClientStream::builder(address, runtime);
                Ok(builder.with_timeout(Some(each)).with_max_retries(2).with_retry_interval_floor(again).exchange())
            })),
            ProtocolConfig::Tcp => {
                let most = Some(context.options.max_active_requests);
                Ok(Box::pin(TcpClientStream::exchange(address, None, each, most, runtime)))
            }
        }
    }

    fn runtime_provider(&self) -> &Self::RuntimeProvider {
        &self.runtime
    }
}
