import { prometheusDoesNotSelect } from './mon011-prometheus-does-not-select';
import { onlyOneVersionScraped } from './mon012-only-one-version-scraped';
import { relabelingLosesLabels } from './mon013-relabeling-loses-labels';
import { endpointSettings } from './mon014-endpoint-settings';
import { discoveryLabelMisspelt } from './mon015-discovery-label-misspelt';
import type { Rule } from '../shared/rule';
import { selectsNothing } from './mon001-selects-nothing';
import { monitorsOtherNamespace } from './mon002-other-namespace';
import { noSuchPort } from './mon003-no-such-port';
import { scrapedTwice } from './mon004-scraped-twice';
import { hashNotScraped } from './mon005-hash-not-scraped';
import { timeoutExceedsInterval } from './mon006-timeout-exceeds-interval';
import { notScraped } from './mon007-not-scraped';
import { honorLabels } from './mon008-honor-labels';
import { tlsWithoutScheme } from './mon009-scheme';
import { endpointWithoutPort } from './mon010-no-port';

/** What is scraped. */
export const MONITORING_RULES: readonly Rule[] = [
  selectsNothing,
  monitorsOtherNamespace,
  noSuchPort,
  scrapedTwice,
  hashNotScraped,
  timeoutExceedsInterval,
  notScraped,
  honorLabels,
  tlsWithoutScheme,
  endpointWithoutPort,
  prometheusDoesNotSelect,
  onlyOneVersionScraped,
  relabelingLosesLabels,
  endpointSettings,
  discoveryLabelMisspelt,
];
