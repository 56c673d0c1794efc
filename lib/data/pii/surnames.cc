// Surnames of many cultures, in lower case without accents, as the fold of name_list.h leaves them.
#include "data/pii/name_list.h"

namespace llmops::data::pii {

const std::string_view kSurnames = R"(
smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson
thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young
allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter
roberts gomez phillips evans turner diaz parker cruz edwards collins reyes stewart morris morales murphy cook rogers
gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim cox ward richardson watson brooks chavez
wood james bennett gray mendoza ruiz hughes price alvarez castillo sanders patel myers long ross foster jimenez powell
jenkins perry russell sullivan bell coleman butler henderson barnes gonzales fisher vasquez simmons romero jordan
patterson alexander hamilton graham reynolds griffin wallace moreno west cole hayes bryant herrera gibson ellis tran
medina aguilar stevens murray ford castro marshall owens harrison fernandez mcdonald woods washington kennedy wells
vargas henry chen freeman webb tucker guzman burns crawford olson simpson porter hunter gordon mendez silva shaw
snyder mason dixon munoz hunt hicks holmes palmer wagner black robertson boyd stone salazar fox warren mills meyer
rice schmidt garza daniels ferguson nichols stephens soto weaver ryan gardner payne grant dunn kelley spencer hawkins
arnold pierce hansen peters santos hart bradley knight elliott cunningham duncan armstrong hudson carroll lane riley
andrews alvarado ray delgado berry perkins hoffman johnston matthews pena richards contreras willis carpenter lawrence
sandoval guerrero george chapman rios estrada ortega watkins greene nunez wheeler valdez harper burke larson santiago
maldonado morrison franklin carlson austin dominguez carr lawson jacobs obrien lynch singh vega bishop montgomery
oliver jensen harvey williamson gilbert dean sims espinoza howell li wong reid hanson mccoy garrett burton fuller wang
weber welch rojas lucas marquez fields park yang little banks padilla day walsh bowman schultz luna fowler mejia
davidson acosta brewer may holland juarez newman pearson curtis cortez douglas schneider joseph barrett navarro
figueroa keller avila wade molina stanley hopkins campos barnett bates chambers caldwell beck lambert miranda byrd
craig ayala lowe frazier powers neal leonard gregory carrillo sutton fleming rhodes shelton schwartz norris jennings
watts duran walters cohen mcdaniel moran parks steele vaughn becker holt deleon barker terry hale leon hail benson
haynes horton miles lyons pham graves bush thornton wolfe warner cabrera mckinney mann zimmerman dawson lara fletcher
page mccarthy love robles cervantes solis erickson reeves chang klein salinas fuentes baldwin daniel simon velasquez
hardy higgins aguirre lin cummings chandler sharp barber bowen ochoa dennis robbins liu ramsey francis griffith paul
blair oconnor cardenas pacheco cross calderon quinn moss swanson chan rivas khan rodgers serrano fitzgerald rosales
stevenson christensen manning gill curry mclaughlin harmon mcgee gross doyle garner newton burgess reese walton blake
trujillo adkins brady goodman roman webster goodwin fischer huang potter delacruz montoya todd wu hines mullins
castaneda malone cannon tate mack sherman hubbard hodges zhang guerra wolf valencia saunders franco rowe gallagher
farmer hammond hampton townsend ingram wise gallegos clarke barton schroeder maxwell waters logan camacho strickland
norman colon parsons frank harrington glover osborne buchanan casey floyd patton ibarra ball tyler suarez bowers
orozco salas cobb gibbs andrade bauer conner moody escobar mcguire lloyd mueller hartman french kramer mcbride pope
lindsey velazquez norton mccormick sparks flynn yates hogan marsh macias villanueva zamora pratt stokes owen ballard
lang brock villarreal charles drake barrera cain patrick pineda burnett mercado santana shepherd bautista ali shaffer
lamb trevino mckenzie hess beil olsen cochran morton nash wilkins petersen briggs shah roth nicholson holloway lozano
rangel flowers hoover short arias mora valenzuela bryan meyers weiss underwood bass greer summers houston carson
morrow clayton whitaker decker yoder collier zuniga carey wilcox melendez poole roberson larsen conley davenport
copeland massey lam huff rocha cameron jefferson hood monroe anthony pittman huynh randall singleton kirk combs mathis
christian skinner bradford richard galvan wall boone kirby wilkinson bridges bruce atkinson velez meza roy vincent
york hodge villa abbott allison tapia gates chase sosa sweeney farrell wyatt dalton horn barron phelps yu dickerson
heath foley atkins mathews bonilla acevedo benitez zavala hensley glenn cisneros harrell shields rubio choi huffman
boyer garrison arroyo bond kane hancock callahan dillon cline wiggins grimes arellano melton oneill savage ho beltran
pitts parrish ponce rich booth koch golden ware brennan mcdowell marks cantu humphrey baxter sawyer clay tanner
hutchinson kaur berg wiley gilmore russo villegas hobbs keith wilkerson ahmed beard mcclain montes mata rosario vang
walter henson oneal mosley mcclure beasley stephenson snow huerta preston vance barry johns eaton blackwell dyer
prince macdonald solomon guevara stafford english hurst woodard cortes shannon kemp nolan mccullough merritt murillo
moon salgado strong kline cordova barajas roach rosas winters jacobson lester knox bullock kerr leach meadows orr
davila whitehead pruitt kent conway mckee barr david dejesus marin berger mcintyre blankenship gaines palacios cuevas
bartlett durham dorsey mccall odonnell stein browning stout lowery sloan mclean hendricks calhoun sexton chung gentry
hull duarte ellison nielsen gillespie buck middleton sellers leblanc esparza hardin bradshaw mcintosh howe livingston
frost glass morse knapp herman stark bravo noble spears weeks corona frederick buckley mcfarland hebert enriquez
hickman quintero randolph schaefer walls trejo house reilly pennington michael conrad giles benjamin crosby
fitzpatrick donovan mays mahoney valentine raymond medrano hahn mcmillan bentley felix peck lucero boyle hanna pace
rush hurley harding mcconnell bernal nava ayers everett ventura avery pugh mayer bender shepard mcmahon landry case
sampson moses magana blackburn dunlap gould duffy vaughan herring mckay espinosa rivers farley bernard ashley friedman
potts truong costa correa blevins nixon clements fry delarosa best benton lugo portillo dougherty crane haley phan
villalobos blanchard horne finley quintana lynn esquivel bean dodson mullen xiong hayden cano levy huber richmond
moyer lim frye sheppard mccarty avalos booker waller parra woodward jaramillo krueger rasmussen brandt peralta
donaldson stuart faulkner maynard galindo coffey estes sanford burch maddox vo oconnell vu andersen spence mcpherson
church schmitt stanton leal cherry compton dudley sierra pollard alfaro hester proctor lu hinton novak good madden
mccann terrell jarvis dickson reyna cantrell mayo branch hendrix rollins rowland whitney duke odom daugherty travis
tang archer fritz hobson hooper hollis ashton atwood bainbridge barlow beckett birch blackwood bolton bowden bright
broadbent brookes bryce burrows chadwick clifton coates coles connolly cooke cowan crowther cullen dale darby davies
dawes dempsey doherty donnelly downes drummond eastwood elliot elms emerson farrow fenton field finch firth forbes
forsyth fraser galbraith gibb giddens godfrey goddard gough greenwood haigh halliday hargreaves harley hartley harwood
haworth heaton hewitt hibbert higginson hinchcliffe hirst hodgson holden hollingsworth horrocks houghton howarth
humphreys hussain hutton ibbotson irving jarrett jeffries kay kaye kearney keating kendall kershaw kirkpatrick knowles
laing lamont langley leigh lennon lockwood lomax lowther macleod mackay mackenzie mackinnon macmillan maguire mair
marsden mcalister mcallister mccabe mccartney mccluskey mccrae mcculloch mcdermott mcdonnell mcewan mcfadden mcgrath
mcgregor mcgowan mcinnes mckenna mckinnon mclennan mcleod mcloughlin mcmanus mcnally mcnamara mcneil mcqueen mcrae
melville metcalfe moffat moffatt molyneux moorhouse muir mulligan naylor neville nuttall oakley ogden okeefe oldfield
oleary orourke osullivan osborn otoole parkin parkinson parr partridge paterson peacock pearce penrose pickering
pollock pritchard quigley ramsay ramsbottom rankin ratcliffe rawlings redmond rees regan renshaw riddell rigby ritchie
robson rowlands rutherford ryder sargent schofield sewell sharpe sheehan sheridan shipley siddiqui sinclair slater
smart smyth southgate stirling stott stubbs swift sykes talbot tattersall thatcher thorne thorpe thwaites tierney
tobin tomlinson townend tranter trevelyan tunstall tweedie unsworth urquhart vickers wadsworth wainwright wakefield
walden walmsley wardle waterhouse weatherby welsh westwood wharton whelan whitehouse whiteley whitfield whittaker
wigglesworth wilde willoughby windsor winstanley womack woodhouse woodruff worthington wragg wren wylie muller schulz
hoffmann schafer richter schroder neumann schwarz zimmermann braun kruger hofmann hartmann lange werner krause meier
lehmann schmid schulze maier kohler koehler herrmann konig koenig kaiser fuchs scholz moller moeller jung schubert
vogel friedrich gunther guenther winkler lorenz baumann franke albrecht schuster ludwig bohm boehm winter kraus
schumacher kraemer vogt jager jaeger otto sommer seidel heinrich haas schreiber graf schulte dietrich ziegler kuhn
kuehn pohl engel busch bergmann voigt sauer wolff pfeiffer beyer bayer ernst lindner hubner huebner kruse kuhlmann
ebert eberhardt eichler ackermann adler althaus bachmann barth bartels baumgartner behrens bischoff blum bock bohme
brinkmann bruckner buchholz burger dietz dittrich doring dorn drescher eckert ehlers engelhardt esser falk fiedler
fleischer forster freitag frey fritsch fuhrmann funk gebhardt geiger gerlach giese glaser goebel gotz grimm gruber
haase hagen hamann hauser hecht heck hein heine heller hempel henkel hennig hermann herzog hesse hinz hirsch hohmann
holz hornung jacob jahn jansen janssen janke kaufmann keil kern kessler kirchner klaus klemm klinger klose knoll kopp
korner kraft kremer kroger kunze kurz lauer lenz leitner lichtenberg lutz marx maurer menzel merkel mertens metzger
michel mohr naumann nagel nickel nowak oswald ott philipp pietsch preuss probst raab rademacher reich reichert reimann
reinhardt reuter ritter rohde rose rothe rudolph ruppert sachs sander schaller scheffler schenk scherer schilling
schindler schlegel schlosser schlueter schluter schott schramm schreiner schuler schutz schwab schwarze seifert seitz
siebert siegel singer sonntag stadler stahl steffen steiner stephan stoll strauss strobel thiel thiele thomsen tietz
ullrich ulrich unger urban vetter volk wahl walther weidner weigel wegner wendt wenzel westphal wiegand wieland
wilhelm wille wimmer wirth witt witte wittmann wolter wunderlich wulf zander zeller zimmer bernasconi bianchi ammann
brunner gerber graber hofer hug kunz luthi moser rufer schaub sigrist steger stucki suter wyss zbinden egger aigner
auer ebner eder fink gasser haider kofler lechner mayr pichler pirker pucher reiter riegler schwaiger steininger
strasser wallner wieser dubois robert petit durand leroy moreau laurent lefebvre lefevre bertrand roux fournier morel
girard andre mercier dupont bonnet francois legrand garnier faure rousseau blanc guerin roussel nicolas perrin morin
mathieu clement gauthier dumont fontaine chevalier robin masson gerard denis lemaire duval joly gautier roger roche
noel meunier jean marchand dufour marie barbier brun dumas brunet leroux colas pierre renard arnaud rolland caron
aubert giraud leclerc vidal bourgeois renaud lemoine picard gaillard philippe leclercq lacroix fabre dupuis olivier
hubert louis guillot riviere gall guillaume adam rey moulin lecomte menard fleury deschamps carpentier julien benoit
paris maillard marchal aubry vasseur renault jacquet collet prevost poirier charpentier royer huet baron dupuy pons
laine carre breton remy perrot guyot barre marty cousin bouchard bouchet boucher bouvier brossard cartier chauvin
cordier coulon courtois dasilva delacroix delaunay delorme descamps desjardins dubreuil duchene ferrand gaudin germain
godard gosselin granger gregoire grondin guichard guillet hamel herve jacques jourdan lachance lafontaine lagarde
lalonde lamarche langlois lapointe laporte lavoie lebrun leduc legros lejeune lemieux leveque levesque maillet
marechal marion martel monnier moreaux ouellet pelletier peltier perrault perret pichon poulain raynaud regnier rigaud
rocher rossignol sauvage savard seguin tanguy tessier thibault thibodeaux tremblay vaillant valentin verdier vigneron
villeneuve voisin gagnon cote belanger bergeron fortin gagne ouellette poulin couture desrosiers rossi ferrari
esposito romano colombo ricci marino greco bruno gallo conti deluca mancini giordano rizzo lombardi moretti barbieri
fontana santoro mariani rinaldi caruso ferrara galli martini leone longo gentile martinelli vitale lombardo serra
coppola desantis dangelo marchetti parisi conte ferraro ferri fabbri bianco marini grasso valentini messina sala
deangelis gatti pellegrini palumbo sanna farina rizzi monti cattaneo morelli amato silvestri mazza testa grassi
pellegrino carbone giuliani benedetti barone rossetti caputo montanari palmieri bernardi martino fiore derosa ferretti
bellini basile riva donati piras vitali battaglia sartori neri costantini milani pagano ruggiero sorrentino damico
orlando damiani negri mantovani bassi piazza gargiulo cirillo fumagalli colonna agostini alfieri angelini antonelli
baldi barbato bartoli belli berti bertolini biagi bonetti bonomi borghi bosco brambilla bruni calabrese capelli
cappelletti carboni casadei castelli catalano cavallo ceccarelli cerutti cesari ciccone cocco corsi cosentino damato
dellarosa fabris falcone fanti ferrero filippi fiorentino forte franchi franzese frigerio fusco gambino garofalo
gasparini ghezzi giorgi graziani guidi iacono landi leonardi locatelli lupo maggi magnani manfredi marchesi marchi
masi massa merlo miele molinari montagna morandi mosca napoli napolitano nardi nardone negro nicoletti oliva olivieri
orsini paganini palma papa pasini pastore pavan perrone pesce piccoli pinna pisani pozzi poli proietti quaranta
ranieri rocca romeo rota sacchi salerno salvi santini scotti sella simonetti sorrenti spada spinelli stella tedesco
tomasi toscano tosi trevisan valente valenti venturi veronesi viola visconti volpe zanella zanetti zanini zucca alonso
blanco caballero calvo carmona carrasco crespo diez esteban ferrer gallardo gallego garrido gil gimenez gimeno herrero
hidalgo ibanez iglesias izquierdo lorenzo merino montero moya nieto pascual pastor perea prieto roca saez sainz sanz
soler vazquez velasco vera vicente vila abad acuna aguado alarcon alcantara alfonso aparicio aranda arevalo avendano
baez ballesteros barrios barroso becerra bermudez blasco bosch burgos bustos caceres camara cardona carranza casado
casas castellano cebrian cerda cerezo chacon coronado corral cuenca cuesta donoso echeverria elizalde escudero espejo
espino estevez falcon farias ferreiro fonseca galan galarza galvez gamboa godoy gomes grau guardiola guillen heredia
huertas hurtado inigo jara lago lamas latorre ledesma lemus linares llorente losada lucena luque madrid manrique
marcos marti mateo mateos mesa miguel millan mosquera naranjo noriega ocampo ojeda olmedo olmos osorio otero ovalle
palomo pardo paredes parejo pavon paz pelaez penalver pereira pinto plaza polo portela puig pulido quesada quiroga
redondo requena riera rincon roig roldan rosado rosell rovira rueda salcedo saldana santamaria segovia segura
sepulveda serna solano sotelo tejada tejero toledo tomas ugarte urbina urrutia valdes valero valle varela vergara
vicario villalba villar vivas yanez zambrano zapata zarate zurita oliveira souza sousa rodrigues ferreira alves lima
ribeiro martins carvalho almeida lopes soares fernandes vieira barbosa dias nascimento moreira nunes marques machado
mendes freitas cardoso goncalves teixeira araujo cavalcanti dantas cunha moura melo azevedo batista coelho correia
esteves faria figueiredo guimaraes henriques leite lourenco macedo magalhaes maia matos medeiros monteiro morais
moraes neves nogueira paiva peixoto pires queiroz reis sa sampaio siqueira tavares vasconcelos vaz xavier amaral
amorim antunes aragao arruda assis assuncao barreto barros bastos bezerra borges braga brito caldeira camargo carneiro
chaves conceicao couto domingues falcao frazao furtado galvao garcez godinho lacerda meireles menezes negrao pimenta
pimentel prado quintao rebelo resende sarmento seixas serrao simoes tomaz torrinha valadares viana dejong devries
bakker visser smit meijer mulder bos vos hendriks vandijk dekker brouwer dewit dijkstra smits degraaf vandermeer kok
vermeulen scholten prins blom huisman vanderheijden postma kuipers kuiper vandenbroek vandenberg willems jacobsen
hoekstra koster verhoeven vanwijk wouters dejonge maas peeters martens schouten timmermans verbeek groen gerritsen
kuijpers bosman post molenaar hermans vangils boer hofman dijk wolters koning veenstra boersma claes goossens desmet
declercq lambrecht vandamme degroote lemmens coppens aerts michiels verstraete jansens hendrickx segers callens cools
baert boonen bosmans declerck devos dewilde geerts lauwers maes nijs pauwels thys vermeiren verhaegen wuyts andersson
johansson karlsson nilsson eriksson larsson olsson persson svensson gustafsson pettersson jonsson jansson hansson
bengtsson jonasson lindberg jakobsson magnusson olofsson lindstrom lindqvist lindgren axelsson bergstrom lundberg lind
lundgren lundqvist mattsson berglund fredriksson sandberg henriksson forsberg sjoberg wallin engstrom eklund
danielsson lundin hakansson gunnarsson bjork bergman holm samuelsson fransson wikstrom isaksson bergqvist arvidsson
nystrom holmberg lofgren soderberg nyberg blomqvist claesson nordstrom martensson lundstrom eliasson bjorklund palsson
viklund sandstrom ostlund nordin strom aberg ekstrom hermansson holmgren hellstrom dahlberg sundberg sundstrom sjogren
ek hedlund moberg pedersen sorensen jorgensen madsen kristensen christiansen poulsen johansen mortensen knudsen
jakobsen frederiksen laursen henriksen lund eriksen clausen simonsen svendsen andreasen iversen jeppesen mogensen
jespersen nissen lauridsen frandsen ostergaard kjeldsen lauritsen dahl bech bertelsen bang vestergaard skov norgaard
dam hermansen winther bruun villadsen nilsen kristiansen karlsen johnsen pettersen haugen johannessen andreassen
halvorsen gundersen moen strand solberg martinsen paulsen knutsen eide bakken kristoffersen mathisen lie amundsen
lunde solheim moe nygard berge kvamme bakke fredriksen lien hauge andresen evensen saether aas hanssen haugland myhre
ellingsen thomassen sivertsen bjerke danielsen berntsen arnesen naess rode antonsen isaksen ronning tveit birkeland
sandvik thorsen myklebust thorkildsen skjaeveland aasen nordby ruud tangen gulbrandsen fossum korhonen virtanen
makinen nieminen makela hamalainen heikkinen koskinen jarvinen lehtonen lehtinen saarinen salminen heinonen niemi
heikkila kinnunen salonen turunen salo laitinen tuominen rantanen karjalainen jokinen mattila savolainen lahtinen
ahonen ojala leppanen vaisanen hiltunen kallio miettinen leinonen pitkanen aaltonen manninen hakala koivisto anttila
laaksonen hirvonen raty lehto laakso rasanen kapanen partanen seppala peltonen karppinen gudmundsson jonsdottir
sigurdsson magnusdottir einarsdottir olafsdottir stefansson kristjansson johannsson ivanov smirnov kuznetsov popov
vasiliev vasilyev petrov sokolov mikhailov novikov fedorov morozov volkov alekseev lebedev semenov egorov pavlov
kozlov stepanov nikolaev orlov andreev makarov nikitin zakharov zaitsev solovyov borisov yakovlev grigoriev romanov
vorobyov sergeev kuzmin frolov alexandrov dmitriev korolev gusev kiselev ilyin maximov polyakov sorokin vinogradov
kovalev belov medvedev antonov tarasov zhukov baranov filippov komarov davydov belyaev gerasimov bogdanov osipov
sidorov matveev titov markov mironov krylov kulikov karpov vlasov melnikov denisov gavrilov tikhonov kazakov afanasyev
danilov savelyev timofeev fomin chernov abramov martynov efimov fedotov shcherbakov nazarov kalinin isaev chernyshev
bykov maslov rodionov konovalov lazarev voronin klimov filatov ponomarev golubev kudryavtsev prokhorov naumov potapov
zhuravlev ovchinnikov trofimov leonov sobolev ermakov kolesnikov goncharov emelyanov nikiforov grachev kotov grishin
efremov arkhipov gromov kirillov malyshev panov moiseev rumyantsev akimov kondratiev biryukov gorbunov anisimov eremin
tikhomirov galkin lukyanov mikheev skvortsov yudin belousov nesterov simonov prokofiev kharitonov knyazev tsvetkov
levin mitrofanov voronov aksenov sofronov maltsev loginov gorshkov savin krasnov mayorov demidov eliseev rybakov
safonov plotnikov pirogov sozonov sukhov ivanova smirnova kuznetsova popova petrova sokolova mikhailova novikova
fedorova morozova volkova lebedeva semenova pavlova kozlova orlova makarova nikitina borisova vinogradova kovaleva
belova pirogova voronova antonova markova melnyk shevchenko kovalenko bondarenko boyko tkachenko kravchenko koval
oliynyk shevchuk kovalchuk polishchuk bondar tkachuk moroz marchenko lysenko rudenko savchenko petrenko kravets
klymenko panchenko ponomarenko vasylenko havrylenko kharchenko shcherbakova shcherbak sydorenko pavlenko romanenko
hrytsenko zelensky poroshenko tymoshenko timoshenko kowalski wisniewski wojcik kowalczyk kaminski lewandowski
zielinski szymanski wozniak dabrowski kozlowski jankowski mazur kwiatkowski wojciechowski krawczyk kaczmarek
piotrowski grabowski zajac pawlowski michalski krol nowakowski wieczorek wrobel jablonski dudek adamczyk majewski
nowicki olszewski jaworski malinowski stepien gorski rutkowski witkowski walczak sikora baran rudnicki szewczyk
pietrzak tomaszewski marciniak zalewski wroblewski jasinski jakubowski sadowski duda zawadzki chmielewski borkowski
wlodarczyk sokolowski czarnecki sawicki kucharski maciejewski szczepanski kubiak kalinowski wysocki mazurek kolodziej
kazmierczak czerwinski sobczak andrzejewski konieczny urbanski wasilewski glowacki zakrzewski sikorski krajewski
laskowski gajewski mroz ziolkowski szulc makowski baranowski brzezinski przybylski borowski kaczmarczyk cieslak
kowalska nowakowska wisniewska kaminska lewandowska zielinska szymanska dabrowska kozlowska jankowska mazurkiewicz
tomczak ostrowski lis czarnecka novotny svoboda dvorak cerny prochazka kucera vesely krejci horak nemec marek pospisil
pokorny hajek kral jelinek ruzicka benes fiala sedlak dolezal zeman kolar navratil cermak vanek blazek kriz kopecky
kovar musil novakova svobodova novotna dvorakova cerna prochazkova kucerova vesela horakova nemcova pokorna kralova
jelinkova ruzickova benesova fialova sedlakova dolezalova zemanova kolarova proskova horvath kovac kovacova varga toth
nagy balaz molnar szabo kovacs kiss horvat nemeth farkas papp lakatos takacs juhasz meszaros olah racz fekete szilagyi
torok feher balogh gal kis szucs kocsis pinter fodor orsos szalai sipos magyar lukacs gulyas biro balint kiraly katona
laszlo jakab bogdan balog fazekas sandor boros kelemen antal somogyi fulop vincze weores veres hegedus deak pap bakos
popescu ionescu popa radu dumitru stan stoica gheorghe matei ciobanu rusu munteanu serban moldovan constantin dobre
lazar florea toma dinu nistor oprea tudor preda ungureanu mocanu dragomir stefan diaconu manole nicolae barbu voicu
stanciu cristea mihai filip enache sandu vasile balan kovacevic babic maric juric kovacic vukovic knezevic markovic
petrovic matic tomic pavlovic bozic blazevic grgic pavic radic peric filipovic saric lovric vidovic perkovic popovic
bosnjak jukic barisic nikolic jovanovic djordjevic dordevic stojanovic ilic stankovic milosevic ivanovic stefanovic
marinkovic djokic zivkovic todorovic lazic simic mitrovic jankovic milic jovic savic kostic milovanovic lukic
radovanovic mladenovic obradovic marinovic hadzic hodzic begic delic dimitrov georgiev nikolov hristov stoyanov
todorov iliev vasilev angelov dimitrova georgieva petkov marinov kolev papadopoulos papadopoulou vasiliou georgiou
ioannou papageorgiou nikolaou konstantinou dimitriou christodoulou antoniou pappas oikonomou karagiannis makris
michailidis panagopoulos vlachos athanasiou alexiou hatzis yilmaz kaya demir celik sahin yildiz yildirim ozturk aydin
ozdemir arslan dogan kilic aslan cetin kara koc kurt ozkan simsek polat korkmaz cakir erdogan yavuz acar aktas guler
yalcin gunes bozkurt bulut keskin unal turan gul ozer isik kaplan avci sari tekin kose yuksel ates aksoy coskun akin
gokce tuncer ercan erdem karaca haddad khoury najjar hadad sayegh mansour saleh salem saad hamdan hamad hassan hussein
ibrahim ismail jaber khalil mahmoud masri mustafa nasser omar othman qasim rahman rashid sabbagh said shaheen sharif
suleiman younes zayed alami benali bennani berrada chraibi elamrani fassi idrissi lahlou tazi ouazzani haddadi cherif
belkacem bouaziz mansouri trabelsi jaziri hammami gharbi abdi abdallah abdulla abdullahi farah warsame osman hosseini
ahmadi mohammadi karimi rezaei moradi jafari rahimi hashemi sadeghi akbari rostami ghorbani tehrani shirazi farahani
esfahani mehta desai joshi trivedi pandya parikh bhatt gandhi modi sharma verma gupta agarwal aggarwal bansal goel
garg jain mittal singhal kapoor khanna malhotra chopra arora ahuja bhatia sethi kohli anand bajaj bhalla chawla dhawan
grover kaul luthra mehra nanda oberoi puri sahni sood suri tandon vohra walia dhillon sidhu sandhu grewal brar bedi
bains kumar yadav chauhan rathore rajput shekhawat tiwari tripathi mishra pandey dubey shukla dwivedi chaturvedi
upadhyay srivastava saxena mathur sinha prasad jha thakur rai choudhary chaudhary chowdhury das dey ghosh bose
banerjee chatterjee mukherjee bhattacharya chakraborty sengupta dasgupta majumdar mitra saha sarkar basu dutta kundu
mondal nair menon pillai kurup varma nambiar iyer iyengar subramanian krishnan raman ramachandran venkataraman
narayanan natarajan rao reddy naidu raju murthy shetty hegde bhat kamath pai shenoy kulkarni deshpande deshmukh patil
jadhav pawar shinde kadam gaikwad chavan bhosale gokhale apte naik parab dsouza ansari qureshi sheikh shaikh syed
mirza pathan hashmi malik butt chaudhry bhatti raja rana akhtar iqbal mahmood javed aslam ashraf islam hossain uddin
alam miah begum khatun perera fernando desilva jayawardena wickramasinghe rajapaksa bandara gunawardena dissanayake
shrestha gurung tamang thapa adhikari karki zhao zhou xu sun ma zhu hu guo gao luo zheng liang xie deng feng han cao
zeng peng xiao cai pan tian dong yuan jiang du su wei cheng ding shen ren yao cui zhong tan fan jin shi liao jia xia
fu fang bai zou meng qin qiu hou xue yan lei duan tao gu mao hao gong shao wan qian cheung leung lau ng kwok yeung
tsang chow chiu hui tam poon yip tse fung yuen mok szeto kwan tsui siu ong goh teo chua koh toh sim yeo chong sato
suzuki takahashi tanaka watanabe ito yamamoto nakamura kobayashi kato yoshida yamada sasaki yamaguchi matsumoto inoue
kimura hayashi shimizu yamazaki mori abe ikeda hashimoto yamashita ishikawa nakajima maeda fujita ogawa goto okada
hasegawa murakami kondo ishii saito sakamoto endo aoki fujii nishimura fukuda ota miura fujiwara okamoto matsuda
nakagawa nakano harada ono tamura takeuchi kaneko wada nakayama ishida ueda morita hara shibata sakai kudo yokoyama
miyazaki miyamoto uchida takagi ando taniguchi ohno maruyama imai takada fujimoto takeda murata ueno sugiyama masuda
sugawara hirano kojima otsuka chiba kubo matsui iwasaki sakurai kinoshita noguchi matsuo nomura kikuchi sano onishi
sugimoto arai hamada ichikawa furukawa mizuno komatsu shimada koyama takano nishida yoshimura kawasaki iida nishikawa
kitamura yasuda igarashi kawaguchi hirata higuchi kawamura kuroda kawakami tsuchiya oda aoyama honda kurosawa miyake
takayama jeong kang cho yoon jang seo shin kwon hwang ahn song yoo ryu hong jeon son bae baek heo nam shim noh joo koo
woo chun min hoang dang bui ngo duong ly dinh trinh mai dao doan luong andrada aquino dimaculangan magsaysay macapagal
pangilinan manalo soriano sitompul siregar simanjuntak nasution hidayat wijaya santoso susanto setiawan kurniawan
gunawan hartono wibowo nugroho saputra pratama lestari rahmawati handayani okafor okonkwo nwosu obi okeke nwachukwu
chukwu onyekachi adeyemi adebayo ogunleye oladipo balogun okoye bello musa abubakar mohammed lawal danjuma mensah
owusu boateng asante appiah agyeman osei annan acheampong amoah opoku nkrumah addo ofori kamau mwangi kariuki njoroge
otieno odhiambo ochieng wanjala kiptoo cheruiyot kipchoge rotich mutua kilonzo musyoka abebe bekele tesfaye haile
gebre desta tadesse dlamini nkosi ndlovu khumalo mthembu zulu mkhize zuma mandela sithole mokoena molefe botha
vandermerwe pretorius vanwyk venter coetzee nel steyn fourie viljoen moyo ncube mugabe chikwanda banda phiri mwale
diallo bah conde keita toure traore coulibaly diarra kone ouattara sissoko sow ndiaye diop fall gueye faye sarr seck
cisse mbaye levi mizrahi peretz biton dahan avraham malka azoulay katz yosef amar ohayon gabay bendavid shapiro
goldberg goldstein rosenberg rosenthal silverman greenberg feldman epstein weinstein bernstein rubin rabinowitz
horowitz abramowitz moskowitz lieberman perlman zuckerman blumenthal birnbaum finkelstein kealoha kahale kamaka
faleolo tuilagi fonoti mahuta ngata parata
)";

}  // namespace llmops::data::pii
