/** The protocols of ports that Istio knows, in lower case. */
const PROTOCOLS = new Set([
  ...['tcp', 'udp', 'grpc', 'grpc-web', 'http', 'http_proxy', 'http2', 'https', 'tls', 'hbone', 'doublehbone'],
  ...['mongo', 'redis', 'mysql'],
]);

/** Whether Istio knows the protocol of a port of a Gateway or a ServiceEntry. */
export const isProtocol = (name: string): boolean => PROTOCOLS.has(name.toLowerCase());

/** Whether Istio sees the requests of a protocol. */
export const speaksHttp = (protocol: string): boolean =>
  ['http', 'http2', 'grpc', 'grpc-web', 'http_proxy'].includes(protocol.toLowerCase());

/** Whether Istio sees the name of the host that a connection of a protocol is for. */
export const isTls = (protocol: string): boolean => /^(https|tls)$/i.test(protocol);
