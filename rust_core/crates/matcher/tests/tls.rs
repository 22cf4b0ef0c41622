//! TLS on TCP: who shows no certificate of the CA is not served, and the Unix socket stays as it was.

mod common;

use cift_proto::matcher::v1::{self as pb, matcher_service_client::MatcherServiceClient};
use common::{free_port, start};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

struct Ca(CertifiedIssuer<'static, KeyPair>);

impl Ca {
    fn new() -> Ca {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Ca(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    /// Certificate and key.
    fn issue(&self) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".into()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

async fn status(endpoint: &Endpoint, tls: ClientTlsConfig) -> Result<String, String> {
    let endpoint = endpoint.clone().tls_config(tls).unwrap();
    let channel: Channel = endpoint
        .connect()
        .await
        .map_err(|error| error.to_string())?;
    let mut client = MatcherServiceClient::new(channel);
    let status = client.get_status(pb::GetStatusRequest {}).await;
    let status = status.map_err(|error| error.to_string())?;
    Ok(status.into_inner().version)
}

#[tokio::test]
async fn only_who_shows_a_certificate_of_the_ca_is_served_over_tcp() {
    let dir = TempDir::new().unwrap();
    let (ca, other) = (Ca::new(), Ca::new());
    let (certificate, key) = ca.issue();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let address = format!("127.0.0.1:{}", free_port());
    let files = [
        write("ca.crt", &ca.0.pem()),
        write("tls.crt", &certificate),
        write("tls.key", &key),
    ];
    let arguments = [
        "--listen",
        &address,
        "--tls-ca",
        &files[0],
        "--tls-certificate",
        &files[1],
        "--tls-key",
        &files[2],
    ];
    // The Unix socket answers without.
    let mut sidecar = start(dir.path(), &arguments).await;
    let version = sidecar.status().await.version;

    let endpoint = Endpoint::try_from(format!("https://{address}")).unwrap();
    let trusting = || {
        let tls = ClientTlsConfig::new().domain_name("localhost");
        tls.ca_certificate(Certificate::from_pem(ca.0.pem()))
    };
    let with = |(certificate, key): (String, String)| {
        trusting().identity(Identity::from_pem(certificate, key))
    };
    assert_eq!(status(&endpoint, with(ca.issue())).await, Ok(version));
    assert!(status(&endpoint, trusting()).await.is_err());
    assert!(status(&endpoint, with(other.issue())).await.is_err());
}
