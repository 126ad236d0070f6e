// What each measure of bias can and cannot say, for somebody who meets it for the first time.

export interface MeasureWords {
  readonly title: string;
  /** How it is computed. */
  readonly formula: string;
  readonly can: string;
  readonly cannot: string;
}

export const ACCURACY_WORDS: MeasureWords = {
  title: 'Accuracy on the original images',
  formula: 'accuracy = right answers / images. Chance is one in as many as there are classes.',
  can: 'How well the network does with every cue in place: object, texture, colour and background as they belong together. All that is said below about reliance is said of this accuracy.',
  cannot:
    'By what it recognises them. A network that has learnt the texture of each class and one that has learnt its outline may both be right every time, since here the two agree. And where the accuracy is near chance there is nothing to lose, so reliance cannot be measured.',
};

export const CUE_CONFLICT_WORDS: MeasureWords = {
  title: 'Shape bias on conflicting cues',
  formula:
    'shape bias = shape decisions / (shape decisions + texture decisions), over images that have the shape of one class and the texture of another. 1: always the shape; 0: always the texture (Geirhos et al. 2019).',
  can: 'Which of the two the network prefers when shape and texture contradict each other and it answers with one of them. People have been asked the same, so it can be set beside theirs.',
  cannot:
    'How well it knows either. Answers for any third class are thrown away, and a ratio does not show how many these were: a network that finds the shape on 2 images of 100 and the texture on 1 has the same shape bias as one with 60 and 30. Nor does preferring one cue mean that the other is not used where they agree. The texture covers the background as well, and it is not sure that both cues are equally clear.',
};

export const RANK_WORDS: MeasureWords = {
  title: 'Ranks of the shape and of the texture',
  formula:
    "mean reciprocal rank = mean over the same images of 1 / (the class's place among the network's answers), once for the class of the shape and once for that of the texture (Kim et al. 2026). 1: always first.",
  can: 'How near the top of its answers the network has the shape, and how near the texture: two numbers instead of one ratio. Both may be high (it sees both) or low (it sees neither), and no answer is thrown away. What answers at random would get is given beside them; only what is above that has been recognised.',
  cannot:
    'What the network would do without one of the cues: the other one is always there and contradicts it. A rank is an order, not a distance: second place by a hair and by far count alike. Networks that know different numbers of classes cannot be compared, since their values at random differ.',
};

export const RELIANCE_WORDS: MeasureWords = {
  title: 'Reliance by suppression',
  formula:
    'left = (accuracy with the cue suppressed - chance) / (original accuracy - chance); reliance = 1 - left. 0: nothing is lost without the cue; 1: everything above chance is. The area is the mean of the reliance over the levels, by trapezoids from 0 for the original image to the strongest level (Burgert et al. 2025, corrected for chance).',
  can: 'What the network can still do when shape, texture or colour is taken out of the same images, more and more of it. Nothing contradicts anything here, so it tells how much of the accuracy hangs on a cue, also of a network that uses all of them.',
  cannot:
    'What it prefers: it tells what the network can do without a cue, not which one it would follow. And no suppression takes away its own cue alone. Shuffled and turned patches break the outline of the whole object, but keep the local shapes within a patch, and make new edges between patches; small patches that are turned in place leave even the outline nearly as it was, so there a higher level need not be a stronger one. Blur, the bilateral filter and non-local means smooth texture away, but fine shapes with it, the more the stronger they are. Grey and shuffled channels take the colours, but leave light and dark. Suppressed images also look like none that the network was trained on, and strange images cost accuracy for that reason alone. Levels are in pixels or cells, so the same level is weaker on larger images: compare networks at one size. Where a grid does not divide the image, shuffled patches differ by a pixel and only those of one size change places; for turned patches the image is stretched to the next size that the grid divides, and back, as in the code of the source. An area depends on which levels it is over. Reliances on different cues are in different units of strength; a larger number does not say that one cue matters more than another.',
};

export const EXACT_WORDS: MeasureWords = {
  title: 'Exact suppressions',
  formula:
    'reliance = 1 - (accuracy without the cue - chance) / (original accuracy - chance), on the same scenes of Relief-16, drawn once more without the cue. untextured: relief in one hue; flat-colour: no relief either; outline: contours alone; texture-alone: no object; displaced-parts: the object in nine parts that change places; other-colour: the hue of another class; no-colour: brightness alone.',
  can: 'What the network loses without a cue, where the cue is taken away by who drew the picture and knows which pixels are object, and how high: no filter has to guess what is texture and what is shape. The object stays where it was, in the same pose.',
  cannot:
    'What happens on photographs: nobody can draw them again without their texture. These images are as strange to the network as other suppressed ones. And a cue never goes quite alone: an object whose texture set it apart from its ground has to be made brighter or darker to be seen without it, and an outline has no colours either.',
};

export const CATEGORY_WORDS: MeasureWords = {
  title: 'Class by class',
  formula:
    'The same measures over the images of one class: for the rank of the texture, of the class of the texture; else by the class of the object.',
  can: 'Whether a measure speaks for all classes, or is the mean of very different ones: one class may be known by its outline and another by its colour.',
  cannot:
    'Much about a single class: there are few images of each, so the intervals are wide, and with so many classes some will stand out by luck. A network that answers one class to everything seems to rely on nothing there.',
};

export const INTERVAL_WORDS =
  'Numbers in brackets are 95 % intervals over images: how far the number could move with other images of the same kind. Of shares (accuracy, shape bias) they are by Wilson 1927, of the others by a Bayesian bootstrap of the images, each with all of its answers. They say nothing of another network: one trained again from another seed may well lie outside. To speak of a kind of network, train several and take the mean.';
