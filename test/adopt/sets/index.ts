import { ISTIO } from './istio';
import { ROUTERS } from './routers';
import { STRATEGIES } from './strategies';
import { ANALYSES } from './analyses';
import { PODS } from './pods';
import { COMPANIONS } from './companions';
import { STYLES } from './styles';

export * from './build';

/** Sets of manifests in the styles that public repositories have. */
export const SETS = [...ISTIO, ...ROUTERS, ...STRATEGIES, ...ANALYSES, ...PODS, ...COMPANIONS, ...STYLES];
