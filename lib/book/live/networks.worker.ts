// The worker that computes with tensors.
import { serve } from './serve';
import { explainPicture } from './tasks/ownImage';
import { sparseResponse } from './tasks/topk';
import { trainSmall } from './tasks/train';

serve({ topk: sparseResponse, train: trainSmall, ownImage: explainPicture });
