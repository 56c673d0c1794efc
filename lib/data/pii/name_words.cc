// Words around names: those that are names as well, those that never are, titles, and what makes a name that of a
// thing.
#include "data/pii/name_list.h"

namespace llmops::data::pii {

// Words, months, places and brands that are given names or surnames too: they need more evidence.
const std::string_view kAlsoWords = R"(
will may rose mark grace hope faith joy dawn summer autumn april june august jack bill bob frank grant chase hunter mason
carter cooper parker porter potter baker butler cook fisher fowler archer farmer shepherd taylor turner tanner weaver mills
miller smith king prince duke earl baron pope bishop abbott dean judge major chancellor marshall knight young old long short
strong rich wise moody sharp bright swift savage noble good best little small white black brown green gray grey gold golden
reed wood woods stone hill hills field fields forest lake rivers brook brooks banks bridges marsh meadows moss bush ash
birch cherry berry rice bean lamb fox wolf bear bird crane drake finch swan hart buck bull cross cruz day knight page
bell ball bond banks cash price penny dollar mint case house hall church chapel temple castle tower gates wall walls park
parks garden grove lane street rhodes west north south east winter winters frost snow rain storm gale flood cloud moon star
sun sunny sky iris ivy lily daisy violet hazel olive ginger basil sage rosemary jasmine heather holly fern pearl ruby jade
amber opal crystal diamond jewel sandy rocky rusty dusty misty stormy star angel christian royal noel victor max rex art
drew pat sue rob nick mike jay ray guy gene dale glen cliff dell heath clay rod miles chance lance pierce wade ward jump
hunt love lovely gentle sweet honey candy bunny kitty patience prudence constance charity clement justice merit
mercy destiny genesis nevaeh serenity harmony melody trinity liberty honor victory glory
paris london florence charlotte austin dallas houston jackson lincoln madison washington jefferson hamilton cleveland
georgia virginia carolina dakota montana nevada kenya india china jordan israel chad cuba lourdes sydney adelaide victoria
alexandria savannah brooklyn chelsea kingston bristol oxford cambridge york lancaster warwick stafford durham kent
essex sussex wells bath newport houston orlando santiago valencia cordoba cordova leon madrid toledo sevilla granada
segovia lima roma milan milano venice vienna berlin hamburg bremen frankfurt nancy lyon metz troy sparta athens
sharon eden zion columbia america asia europa hudson montgomery raleigh richmond salem trenton dover camden logan
jasper monroe marion clinton greenville franklin madison berkeley stanford harvard princeton yale duke vanderbilt brown
ford tesla dell boeing disney kellogg ferrari porsche chrysler mercedes lexus bentley honda toyota suzuki
apollo athena mercury venus mars jupiter saturn juno diana aurora luna nova stella phoenix atlas orion
art bishop branch burns case chambers christian church clay coach coin cole cost costa couch court cox craft crisp
curry dam date dear dent diaz don dorm down dream drum duff early ease edge eye fair fast fine flowers flood foot
free french friend front frye full fuller funk gale game gay german gill glass glover good grand grave graves gross grove
guest hale hand harp haven hawk hay head heard high hobby holiday holland holly hood hook hooks horn house huff hull hurt
husband jewel joke jolly judge keen key keys kid kind knock ladd lamb lance land large last law lawn lay leaf leak lee
light lock lord loud luck lucky mace mack main major mane march marina martini mash mate mead media melon minor mix
moon moss mount mouse nail nation nice nickel noon nova novel orange overall paradise pace pack painter palm parish park
pass patch peace peach pear peck penn pepper pike pile pine pitt place plain plant plum poe point pole pond pool poor post
pound power powers press pride print proper queen quick quiet race ram ramp ranger reader real rest ridge ring
rio rise road robin robins rocks roll romance root round rush salt sand scales sea seal self senior sergeant shade shell
shore silver silk simple single skill sky snow sort spark speaker spring stage stand steel steele step still stock stout
straw stream stroke summit tear thrush tide trail train tree trout trust tune twist urban vale viola vista
wade wait wall want waters wave way wine wing winner wish witness worth wright yard zen
mai ming yang yuan tang han song xia qin jin dong nan bei jiang lei hong long feng fan fei ma ha min bin van tu viet nam
ana ama ali amin anna ida ike ira isa mina mira mona nina nora ola ole pia ria sara tara tina una ursa
son sen san ken ren dan ben ron don ted tim tom jim joe sam hank chip buddy junior senior baby mac major bubba
arias alba aguilar bravo campo campos casa casas castro cerro colon corona costa cruz flores fuentes leal luna mar marina
mesa montana monte moreno negro palacio paz perla playa plaza prado reina rey reyes rico rio rios rivera rosa rosales
rosario salas salta santa santana santo santos sierra silva sol soto torre torres valle vega verde villa vista
alpine amazon angola bali bengal bosnia bombay burma java malta nile siam sahara tonga
harry fanny gaga lady madonna merry molly polly peter peters sally simon spencer surrey
stark banner parker wayne kent lane luthor strange
german roman roma norman welsh french english scott irish dutch polish finn dane
bo ed al lo lu mo ty xi yi yu wu li lin lu luo hu he huang liao cao du mao hao qi min jun shin
kaiser graf herzog konig
sultan amir sheikh malik khan shah raja rana
love haven unity sierra skye story blue cedar maple
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
