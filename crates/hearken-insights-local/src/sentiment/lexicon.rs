//! Words that show how somebody feels, from −3 to 3. English; written for business conversations, where "thanks" and
//! "great" are mostly manners and weigh little, and where criticism is worded mildly and weighs more.

/// Groups of words of one weight.
pub(crate) const WORDS: &[(f64, &str)] = &[
    (
        3.0,
        "ace amazing awesome brilliant delighted excellent fabulous fantastic incredible love loved loves outstanding \
           thrilled wonderful superb magnificent marvellous phenomenal terrific",
    ),
    (
        2.2,
        "beautiful enjoy enjoyed exciting excited glad grateful happy helpful impressed impressive lovely proud pleased \
           pleasure success successful joy neat satisfied smooth kind gorgeous charming cheerful dreamy elegant generous \
           gladly hooray hilarious laugh perfect super thankful yay sweet",
    ),
    (
        1.5,
        "benefit comfortable confident constructive easy effective enthusiastic faster friendly improve improved improves \
           improvement interesting nice positive promising recommend relieved solved strong valuable win wins reliable \
           robust safe simple smart stable trust useful advantage calm clever convenient eager encouraging fortunate \
           flexible healthy intuitive optimistic organised patient popular quick rewarding saves thoughtful",
    ),
    (
        0.25,
        "agree agreed appreciate better good great helps interested liked welcome thanks thank fine cool fun ready best \
           hope clear fair works worth okay sure reasonable decent",
    ),
    (
        -0.7,
        "sorry problem problems issue issues late wait waiting waited slow slowly slower hard missing difficult unsure \
            unclear delay delayed tight lost refund cancel bug bugs gap snag shame tired concern",
    ),
    (
        -1.6,
        "afraid annoyed annoying awkward bad blocked blocker blunt broke broken burst cheated complain complained complaint complicated \
            concerned confused confusing costly crash crashed crashes damage damaged dead embarrassed error errors excuse expensive \
            fail failed fails failing failure fake freezing fault lose losing mistake mistakes negative nervous ouch \
            outage painful pain poor poorly reject rejected risk risky rough sad scared shock shocked sick stressed steep \
            stress stressful stuck struggle struggling trouble tricky unfair unfortunately unhappy unpleasant \
            unstable upsetting weak worse worried worries worry wrecked wrong wasting toast",
    ),
    (
        -2.6,
        "angry appalled blame disappointed disappointing disappoints embarrassing fed frustrated frustrating frustration hate hates hated \
            hopeless insulting lied lies mess messed nightmare pissed ridiculous sloppy unacceptable unreliable upset \
            useless waste wasted outraged ashamed absurd rubbish crap crappy",
    ),
    (
        -3.0,
        "awful appalling atrocious catastrophe catastrophic disaster disastrous disgraceful disgusting dreadful furious \
            horrible horrific horrendous livid outrageous pathetic terrible unbearable worst",
    ),
];

/// Several words with a weight of their own.
pub(crate) const PHRASES: &[(f64, &str)] = &[
    (2.5, "looking forward"),
    (2.0, "well done"),
    (2.0, "makes sense"),
    (1.5, "sounds good"),
    (1.5, "good news"),
    (-2.0, "bad news"),
    (-2.5, "had enough"),
    (-2.5, "fed up"),
    (-2.0, "let down"),
    (-2.0, "can't trust"),
    (-2.0, "not happy"),
    (-2.0, "can't accept"),
    (-1.5, "never worked"),
    (-1.5, "doesn't work"),
    (-1.5, "didn't work"),
    (-1.5, "nobody fixed"),
    (-1.5, "not sure"),
    (-1.5, "nothing happens"),
    (-1.5, "too expensive"),
    (-2.5, "kidding me"),
    (-2.5, "be kidding"),
    (-2.5, "lost faith"),
    (-2.0, "falling apart"),
    (-2.0, "no excuse"),
    (-1.5, "not sure"),
    (-1.5, "not acceptable"),
    (-1.5, "should have told"),
    (-1.5, "nobody asked"),
    (-1.5, "nobody told"),
    (-1.5, "still waiting"),
    (-1.5, "every time"),
    (-1.5, "we're gone"),
    (-1.5, "that's a no"),
    (2.0, "you're welcome"),
    (2.0, "a pleasure"),
    (2.0, "happy to"),
    (1.5, "great news"),
    (1.0, "of course"),
    (0.0, "make sure"),
    (0.0, "kind of"),
    (0.0, "you're right"),
    (0.0, "no problem"),
    (0.0, "no worries"),
    (0.0, "i'd like"),
    (0.0, "would like"),
    (0.0, "looks like"),
    (0.0, "sounds like"),
    (0.0, "something like"),
    (0.0, "like to"),
    (0.0, "good morning"),
    (0.0, "good afternoon"),
    (0.0, "thanks for"),
    (0.0, "fair concern"),
    (0.0, "by the way"),
];

/// What turns the next words round.
pub(crate) const NEGATIONS: &[&str] = &[
    "not",
    "no",
    "never",
    "nothing",
    "nobody",
    "none",
    "neither",
    "nor",
    "without",
    "hardly",
    "barely",
    "can't",
    "cannot",
    "don't",
    "doesn't",
    "didn't",
    "won't",
    "wouldn't",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "couldn't",
    "shouldn't",
    "haven't",
    "hasn't",
    "hadn't",
    "ain't",
];

/// What makes the next word stronger, or weaker.
pub(crate) const DEGREES: &[(f64, &str)] = &[
    (
        1.35,
        "very really so extremely incredibly absolutely totally completely truly far too always especially super seriously",
    ),
    (0.6, "slightly somewhat little bit kinda fairly rather quite a partly almost"),
];
