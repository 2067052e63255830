import type { Rule } from '../shared/rule';
import { prometheusPublished } from './sec001-prometheus-published';
import { metricsPublished } from './sec002-metrics-published';
import { plainCredential } from './sec003-plain-credential';
import { insecure } from './sec004-insecure';
import { tokenOverHttp } from './sec005-token-over-http';
import { wildcardWithoutTls } from './sec006-wildcard-without-tls';
import { credentialInAddress } from './sec007-credential-in-address';
import { unverifiedScrape } from './sec008-unverified-scrape';

/** What is given away. */
export const SECURITY_RULES: readonly Rule[] = [
  prometheusPublished,
  metricsPublished,
  plainCredential,
  insecure,
  tokenOverHttp,
  wildcardWithoutTls,
  credentialInAddress,
  unverifiedScrape,
];
