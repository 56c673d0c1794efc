// Words around names: those that are names as well, those that never are, titles, and what makes a name that of a
// thing.
#include "data/pii/name_list.h"

namespace llmops::data::pii {

// Words that are given names or surnames too: they need more evidence.
const std::string_view kAlsoWords = R"(
will may rose mark grace hope faith joy dawn summer autumn april june august jack bill bob frank grant chase hunter
mason porter potter baker butler cook fisher archer farmer shepherd mills king prince earl baron pope bishop abbott
dean judge major chancellor marshall knight young old long short strong rich wise moody sharp bright swift savage
noble good best little small white black brown green gray grey gold golden reed wood woods stone hill hills field
fields forest lake rivers brook brooks banks bridges marsh meadows moss bush ash birch cherry berry rice bean lamb fox
wolf bear bird crane drake finch swan hart buck bull cross cruz day page bell ball bond cash price penny dollar mint
case house hall church chapel temple castle tower gates wall walls park parks garden grove lane street west north
south east winter winters frost snow rain storm gale flood cloud moon star sun sunny sky iris ivy lily daisy violet
hazel olive ginger basil sage rosemary jasmine heather holly fern pearl ruby jade amber opal crystal diamond jewel
sandy rocky rusty dusty misty stormy angel royal noel rex art pat sue rob nick mike jay ray guy gene dale glen cliff
heath clay rod miles chance lance pierce wade ward jump hunt love lovely gentle sweet honey candy bunny kitty patience
prudence constance charity clement justice merit mercy destiny genesis nevaeh serenity harmony melody trinity liberty
honor victory glory athena juno diana aurora luna nova stella branch burns chambers coach coin cole cost costa couch
court cox craft crisp curry dam date dear dent diaz dorm down dream drum duff early ease edge eye fair fast fine
flowers foot free friend front frye full fuller funk game gay gill glass glover grand grave graves gross guest hale
hand harp haven hawk hay head heard high hobby holiday hood hook hooks horn huff hull hurt husband joke jolly keen key
keys kid kind knock ladd land large last law lawn lay leaf leak lee light lock lord loud luck lucky mace mack main
mane march martini mash mate mead media melon minor mix mount mouse nail nation nice nickel noon novel orange overall
paradise pace pack painter palm parish pass patch peace peach pear peck penn pepper pike pile pine pitt place plain
plant plum poe point pole pond pool poor post pound power powers press pride print proper queen quick quiet race ram
ramp ranger reader real rest ridge ring rio rise road robin robins rocks roll romance root round rush salt sand scales
sea seal self senior sergeant shade shell shore silver silk simple single skill sort spark speaker spring stage stand
steel steele step still stock stout straw stream stroke summit tear thrush tide trail train tree trout trust tune
twist urban vale viola vista wait want waters wave way wine wing winner wish witness worth wright yard zen mai ming
yang yuan tang han song xia qin jin dong nan bei jiang lei hong feng fan fei ma ha min bin van tu viet nam ana ama ira
ursa son sen san ren chip buddy junior baby mac bubba aguilar bravo campo campos casa casas castro cerro colon corona
flores fuentes leal mar mesa monte moreno negro palacio paz perla playa plaza prado reina rey reyes rico rios rivera
rosa rosales rosario salas salta santa santana santo santos sierra silva sol soto torre torres valle vega verde villa
fanny gaga lady madonna merry stark banner wayne luthor strange bo ed al lo lu mo ty xi yi yu wu li lin luo hu he
huang liao cao du mao hao qi jun shin kaiser graf herzog konig sultan amir sheikh malik khan shah raja rana unity skye
story blue cedar maple
)";

// Places, peoples and brands that are given names or surnames too: a word behind them that no list has is no surname.
const std::string_view kPlaceNames = R"(
adelaide alexandria alpine amazon america angola apollo asia athens atlas austin bali bath bengal bentley berkeley
berlin boeing bombay bosnia bremen bristol brooklyn burgos burma cambridge camden carolina chad charlotte chelsea
china christian chrysler cleveland clinton columbia cordoba cordova cuba dakota dallas dane dell disney dover duke
durham dutch eden english essex europa ferrari finn florence ford frankfurt franklin french georgia german granada
greenville hamburg hamilton harvard holland honda houston hudson india irish israel java jefferson jordan jupiter
kellogg kent kenya kingston lancaster leon lexus lima lincoln london lourdes lyon madison madrid malta mars mercedes
mercury metz milan milano monroe montana montgomery nevada newport nile norman orion orlando oxford paris phoenix
polish porsche princeton raleigh richmond roma roman sahara salem santiago saturn savannah scott segovia sevilla siam
sparta stafford stanford surrey sussex suzuki sydney tesla toledo tonga toyota trenton troy valencia vanderbilt venice
venus victoria vienna virginia warwick washington wells welsh yale york zion
)";

// In front of a name these make it that of a place, a street or a ship.
const std::string_view kBeforePlaces = R"(
san santa santo sao saint st fort port lake mount mt cape el los las uss usns usnv uscgc hms rue via viale avenue calle
colonia paseo plaza piazza rua vila villa ciudad puerto isla isle new east west north south puntas river
)";

// Never part of a name: words that begin sentences, calendars, peoples, places, languages.
const std::string_view kNeverNames = R"(
the a an this that these those it its he she they we you i me my your his her our their who whom whose what which when where
why how if then else and or but nor so yet for from to of in on at by with without about after before since until while
during because although though unless as than not no yes is are was were be been being am do does did done have has had
having can could shall should would might must ought let lets please thanks thank sorry hello hi hey dear greetings regards
sincerely cheers best kind yours also however therefore thus hence moreover furthermore meanwhile instead otherwise indeed
perhaps maybe sometimes often always never ever once twice again still just only even both either neither each every all any
some many much more most few less several other another such same own new old first second third last next final early late
former recent current now today tomorrow yesterday tonight here there everywhere anyone someone everyone nobody nothing
something everything oh ah ok okay well right sure great good bad big small high low open close start stop go come get give
take make put see look find tell ask say said says call called use used using show follow read write send sent try keep
monday tuesday wednesday thursday friday saturday sunday january february march july september october november december
mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec spring summer fall winter christmas easter
american americans british english french german germans italian spanish portuguese dutch swedish norwegian danish finnish
polish russian ukrainian chinese japanese korean indian african asian european mexican canadian australian brazilian greek
turkish arabic arab hebrew jewish christian muslim islamic catholic protestant buddhist hindu latin irish scottish welsh
america england britain france germany italy spain portugal netherlands belgium switzerland austria sweden norway denmark
finland poland russia ukraine china japan korea india pakistan australia canada mexico brazil argentina chile peru colombia
venezuela greece turkey egypt africa europe asia iran iraq syria lebanon israel palestine jordan afghanistan vietnam
thailand indonesia malaysia singapore philippines ireland scotland wales iceland hungary romania bulgaria croatia serbia
slovenia slovakia czech estonia latvia lithuania belarus kenya nigeria ghana ethiopia morocco algeria tunisia libya sudan
united states kingdom republic kong zealand lanka guinea arabia leone verde rica
texas california florida ohio michigan illinois pennsylvania massachusetts colorado arizona oregon utah nevada iowa kansas
missouri alabama alaska hawaii idaho indiana kentucky louisiana maine maryland minnesota mississippi nebraska oklahoma
tennessee vermont wisconsin wyoming london york angeles chicago boston seattle moscow beijing tokyo mumbai delhi toronto
north south east west northern southern eastern western central upper lower middle
name names email phone address date time subject message account card number customer user users bot order note notes
question answer problem solution example step chapter section part figure table page book volume appendix introduction
internet web website online facebook twitter google microsoft apple amazon youtube wikipedia linkedin instagram
god lord bible church jesus christ allah
one two three four five six seven eight nine ten hundred thousand million billion
world war battle army navy force air police government minister ministry parliament congress senate house court
president king queen prince princess emperor pope saint
ltd inc llc gmbh corp co company group bank
suite apt apartment unit floor box po fpo apo dpo psc uss uscgc usns
i'm i've i'll i'd it's that's there's what's let's don't can't won't he's she's they're we're you're
le la les el los las der die das den il lo gli een het
)";

// Behind a name these make it that of a thing: a firm, a place, a prize.
const std::string_view kThings = R"(
inc inc. ltd ltd. llc corp corp. co co. company gmbh group holdings partners associates industries enterprises bank
university college school academy institute library museum hospital clinic church cathedral chapel foundation society
association committee commission council department ministry center centre hall hotel theatre theater stadium arena airport
station bridge tower building house mansion castle palace park gardens garden zoo beach bay lake river creek island islands
mountain mountains mount hill hills valley canyon forest desert sea ocean cape county city town village district province
state street avenue road lane drive boulevard square plaza highway route way st st. ave ave. rd rd. blvd
award awards prize medal cup trophy league championship championships tournament bowl games open series
records records. press books publishing magazine times post journal herald gazette tribune news channel radio
act bill law treaty agreement theorem equation effect disease syndrome scale method test model award principle
battalion regiment brigade division squadron class fleet airlines airways railway railroad motors electric systems
software technologies solutions services consulting management capital financial insurance investments foods pictures
studios entertainment productions orchestra band quartet trio choir festival concerto symphony suite
international national royal hampshire carolina dakota virginia jersey mexico zealand
novel film movie album song tour show reef dam port harbor harbour fort camp ranch farm farms estate mill mills mine
day week month season era dynasty empire family brothers sisters bros bros.
)";

// In front of a name; a full stop is left out.
const std::string_view kTitles = R"(
mr mrs ms miss mx dr prof professor sir dame lord lady madam mister doctor rev reverend father fr sister br hon judge justice
capt captain col colonel gen general lt lieutenant maj sgt sergeant cpl pvt cmdr commander adm admiral sen senator rep
congressman congresswoman gov governor pres president chancellor mayor ambassador secretary coach detective inspector officer
agent nurse uncle aunt auntie grandma grandpa cousin rabbi imam sheikh bishop archbishop cardinal pope king queen prince
princess duke duchess emperor herr frau fraulein hr fr monsieur madame mademoiselle mme mlle m senor senora senorita sr sra
srta don dona signor signora signorina sig dott ing avv sr. shri smt kumari pan pani
)";

}  // namespace llmops::data::pii
