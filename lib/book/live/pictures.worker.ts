// The worker for pictures without a network: Relief-16 and the distortions.
import { serve } from './serve';
import { distortedPicture } from './tasks/distortions';
import { reliefPictures } from './tasks/relief';

serve({ relief: reliefPictures, distortions: distortedPicture });
