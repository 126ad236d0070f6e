// The worker for pictures without a network: Relief-16, the distortions and the suppressions.
import { serve } from './serve';
import { distortedPicture } from './tasks/distortions';
import { reliefPictures } from './tasks/relief';
import { suppressedPicture } from './tasks/suppressions';

serve({ relief: reliefPictures, distortions: distortedPicture, suppressions: suppressedPicture });
