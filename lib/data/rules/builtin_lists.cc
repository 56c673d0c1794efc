// Plain lists: a start, not a policy. Words with a common innocent sense ("cock", "hell", "screw") are left out, since
// one match may drop a text.
#include "data/rules/builtin_lists.h"

namespace llmops::data {

namespace {

constexpr std::string_view kProfanity = R"(arse
arsehole
arseholes
ass
asses
asshole
assholes
bastard
bastards
bitch
bitches
bitching
bollocks
bugger
bullshit
cocksucker
crap
crappy
cunt
cunts
damn
damned
dammit
dick
dickhead
dipshit
dumbass
fuck
fucked
fucker
fuckers
fucking
fucks
goddamn
horseshit
jackass
jerk off
motherfucker
motherfuckers
motherfucking
piss
piss off
pissed
prick
pricks
pussy
shag
shit
shite
shits
shitty
slut
sluts
smartass
son of a bitch
tits
tosser
twat
wank
wanker
wankers
whore
whores
wtf
)";

constexpr std::string_view kToxicity = R"(beat you up
burn in hell
cretin
cretins
die in a fire
disgusting people
drop dead
dumb as a rock
freak
freaks
get lost
go die
go to hell
hang yourself
hate you
hope you die
i will find you
i will hurt you
i will kill you
idiot
idiotic
idiots
imbecile
imbeciles
kill them all
kill you
kill yourself
kys
loser
losers
moron
moronic
morons
nobody likes you
pathetic
piece of trash
retard
retarded
retards
scum
scumbag
scumbags
shut up
shut your mouth
stupid people
subhuman
subhumans
vermin
waste of space
worthless
you are a disgrace
you are disgusting
you are stupid
you are trash
you are worthless
you deserve to die
you disgust me
you make me sick
you should be ashamed
you should die
you suck
your kind
)";

}  // namespace

std::string_view builtin_word_list(std::string_view name) {
  return name == "profanity" ? kProfanity : name == "toxicity" ? kToxicity : std::string_view();
}

}  // namespace llmops::data
