// Given names of many cultures, in lower case without accents, as the fold of name_list.h leaves them.
#include "data/pii/name_list.h"

namespace llmops::data::pii {

const std::string_view kGivenNames = R"(
james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald
steven paul andrew joshua kenneth kevin brian george timothy ronald edward jason jeffrey ryan jacob gary nicholas eric
jonathan stephen larry justin scott brandon benjamin samuel gregory alexander frank patrick raymond jack dennis jerry
tyler aaron jose adam nathan henry douglas zachary peter kyle ethan walter noah jeremy christian keith roger terry
austin sean gerald carl harold dylan arthur lawrence jordan jesse bryan billy bruce gabriel joe logan alan juan albert
willie elijah wayne randy vincent mason roy ralph bobby russell bradley philip eugene liam oliver lucas aiden caden
carter connor evan hunter isaac landon levi luke owen sebastian wyatt jayden grayson hudson lincoln maverick asher
ezra silas miles declan weston micah everett bennett brooks cooper parker xavier dominic cameron colton easton jaxon
kayden roman axel nolan emmett theodore leo julian lloyd clyde floyd leroy melvin norman glenn herbert clifford
clarence ernest earl leonard stanley francis frederick alfred warren lester gordon leon marvin vernon dale harvey
howard hubert irving jerome kurt leslie lewis lionel lyle malcolm marshall maurice max maynard merle milton mitchell
morris murray neil nelson oscar otis otto percy perry preston quentin ray reginald rex rodney roland ronnie rudolph
rufus rupert sam seth sheldon sherman sidney simon spencer stuart sylvester ted todd tom tony travis trevor troy
tyrone vance victor virgil wallace wendell wesley wilbur wilfred willard winston woodrow zane barry barney bart basil
bernard bert blake boyd brad brendan brett byron calvin casey cecil cedric chad chester clark claude clay clayton
clifton clint clinton cody colin corey cory craig curt curtis cyril damon dana darin darrell darren darryl daryl dean
derek derrick devin dewey dexter dirk don doug drew duane dustin dwayne dwight dwyane earnest edgar edmund edwin eli
elliot elliott ellis elmer elvis emanuel ernie ervin felix ferdinand franklin fred freddie garrett garry gavin gene
geoffrey gerard gilbert glen graham grant greg griffin gus guy hank hector herman hiram homer horace hugh hugo
humphrey ian ike ira irvin isaiah ivan jake jamie jared jarrod jasper jay jed jeff jeremiah jim jimmie jimmy joel joey
johnnie johnny jon jonah judd jude julius karl ken kenny kent kerry kirk kristopher lance lane lee len leopold lonnie
loren louie louis lou lowell luther lyndon mack manuel marc marcus mario marlon martin marty matt mickey mike miguel
mitch monty morgan moses myron nate ned nick nigel noel norbert odell ollie orville oswald pat pete phil pierce quincy
rafael ramon randall randolph reed reggie rick ricky rob robbie robin rod roderick rolf ron ross royce ruben rudy
rusty salvatore sammy saul shane shaun shawn sonny stan steve stewart tanner tate tim titus tobias toby tommy tracy
tristan tucker ty ulysses van vaughn vic vince wade ward will willis woody mary patricia jennifer linda elizabeth
barbara susan jessica sarah karen lisa nancy betty margaret sandra ashley kimberly emily donna michelle carol amanda
dorothy melissa deborah stephanie rebecca sharon laura cynthia kathleen amy angela shirley anna brenda pamela emma
nicole helen samantha katherine christine debra rachel carolyn janet catherine maria heather diane ruth julie olivia
joyce virginia victoria kelly lauren christina joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria
teresa ann sara madison frances kathryn janice jean abigail alice julia judy sophia grace denise amber doris marilyn
danielle beverly isabella theresa diana natalie brittany charlotte marie kayla alexis lori ava mia amelia harper luna
ella scarlett chloe penelope layla riley zoey nora lily eleanor hazel violet aurora savannah audrey brooklyn bella
claire skylar lucy paisley everly caroline nova genesis emilia kennedy maya willow kinsley naomi aaliyah elena ariana
allison gabriella cora madelyn stella ellie lydia autumn piper adeline josie nevaeh serenity ruby sadie eva iris
adelaide adele agatha agnes aileen alberta alexandra alexandria alexa alicia alison alma alyssa alyson amalia
anastasia angel angelica angelina angie anita annabel annabelle anne annette annie antoinette april ariel arlene
astrid athena aubrey augusta bailey beatrice becky belinda bernadette bernice bertha bessie beth bethany betsy bianca
blanche bonnie brandi brandy bree brenna bridget brooke camilla camille candace candice candy cara carey carla carly
carmen carole carolina carrie cassandra cassidy cassie cathy cecilia cecily celeste celia charlene chelsea cherie
christa christie cindy clara clarissa claudia clementine colleen connie constance cordelia corinne cornelia courtney
crystal daisy daphne darla darlene dawn deanna debbie deirdre delia delilah delores desiree destiny dina dixie dolly
dolores dominique dora doreen dorothea edie edith edna eileen elaine eleanora elise elisa eliza ellen elsa elsie
eloise emilie erica erika erin esme esmeralda estelle esther ethel eugenia eunice eve faith fay faye felicia fern
fiona flora florence fran francesca francine freda frieda gabrielle gail gayle genevieve georgia georgina geraldine
gertrude gina ginger ginny gladys glenda greta gretchen guinevere gwen gwendolyn hailey haley harriet hattie hayley
heidi helena helene henrietta hilary hillary holly hope ida ilene imogen ingrid irene irma isabel isabelle isla ivy
jackie jaclyn jade jaime jan jana jane janelle janette janie janine jasmine jeanette jeanne jeannie jemima jenna jenny
jeri jessie jewel jill jillian jo joann joanna joanne jocelyn jodi jodie jody johanna jolene josephine joy juanita
julianna julianne juliet juliette june justine kaitlin kaitlyn kara kari karin karla kate katelyn kathie kathy katie
katrina kay kaylee keira kelli kellie kelsey kendra kenya kiera kim kira kirsten kitty krista kristen kristi kristie
kristin kristina kristine kristy krystal kylie lacey lana larissa latoya laurel laurie leah leanne leila lela lena
leona leticia lila lillian lillie lindsay lindsey liz liza lizzie lois lola loretta lorraine louise lucia lucille
lucinda lucretia luella lula lynda lyndsey lynette lynn lynne mabel mackenzie madeleine madeline mae maggie mallory
mamie mandy marcella marcia margarita margie margot marguerite marian marianne maribel mariah marina marion marisa
marissa marjorie marla marlene marsha marta mattie maude maureen maxine meagan meghan melanie melinda melody mercedes
meredith mildred millicent millie mindy minnie miranda miriam misty moira mollie molly mona monica monique muriel myra
myrtle nadine natasha nell nellie nettie nikki nina noelle noreen norma octavia odette ofelia olga olive opal ophelia
paige pam pansy patience patsy patti patty paula paulette pauline pearl peggy penny phoebe phyllis polly portia
priscilla prudence queenie ramona raquel reba regina rena renee rhoda rhonda rita roberta rochelle rosa rosalie
rosalind rosalyn rosanne rose roseann rosemarie rosemary rosie rowena roxanne sabrina sally sasha selena selma shannon
shari shelby shelia shelley shelly sheri sherri sherry sheryl sienna sierra sondra sonia sonja sonya sophie stacey
staci stacie stacy stefanie sue summer susanna susannah susie suzanne suzette sybil sylvia tabitha tamara tami tammie
tammy tania tanya tara tasha taylor tessa thelma tiffany tina toni tonya tracey traci tracie tricia trina trisha trudy
ursula valerie vanessa velma vera verna veronica vicki vickie vicky viola violette vivian wanda wendy whitney
wilhelmina willa wilma winifred yolanda yvette yvonne zelda zoe hans klaus jurgen juergen wolfgang heinz dieter gunter
guenter gunther helmut horst uwe manfred gerhard werner bernd ralf rainer stefan matthias andreas torsten thorsten
jorg joerg sven lars jens olaf heiko holger ulrich volker detlef dietmar eberhard eckhard ernst friedrich fritz
gottfried gustav hartmut heinrich hermann ingo joachim johannes josef konrad lothar ludwig lukas markus meinhard
moritz niklas philipp reinhard reinhold rudiger siegfried sigmund udo walther wilhelm willi wolfram xaver florian
fabian maximilian finn jonas emil anton karlheinz klemens kilian korbinian gisela ingeborg ursel renate helga brigitte
monika elke petra sabine gabriele heike birgit silke anja antje britta dagmar doerte edeltraud elfriede elisabeth erna
franziska friederike gerda gudrun hannelore heidemarie hildegard ilse inge irmgard jutta katharina katja kerstin
liesel lieselotte lotte marlies margarete mechthild meike nadja renata sigrid sieglinde silvia steffi svenja swantje
tanja traudl trude ulrike ute waltraud leonie lea mathilda annika anke wiebke pierre michel andre philippe alain
jacques rene christophe thierry laurent olivier pascal francois frederic stephane sebastien nicolas julien guillaume
antoine alexandre benoit bertrand bruno clement damien denis didier edouard emmanuel etienne fabien fabrice gaston
gauthier georges gilles gregoire henri herve hugues jules loic luc lucien marcel mathieu maxime patrice raphael regis
remy romain sylvain thibault valentin yann yannick yves amelie anais aurelie benedicte carine cecile celine chantal
charline christelle christiane clemence colette delphine elodie fabienne francoise ghislaine honore jeannine josette
josiane laetitia laurence leontine liliane lucie ludivine magali manon margaux marielle marine martine mathilde
mireille nathalie noemie odile pascale sandrine simone solange solene sylvie thea therese veronique violaine virginie
gaelle maelle anouk apolline antonio francisco javier jesus carlos alejandro pedro pablo sergio fernando luis jorge
alberto alvaro adrian raul enrique vicente andres joaquin santiago eduardo roberto ignacio salvador marcos alfonso
julio agustin tomas gonzalo emilio guillermo gerardo hernan horacio humberto isidro leandro lorenzo mateo mauricio
maximo nestor octavio osvaldo patricio ricardo rodolfo rodrigo rogelio santos teodoro ulises wilfredo diego esteban
facundo gael iker cristian cristobal arturo armando bernardo camilo cesar dario domingo edgardo efrain eliseo ernesto
eugenio ezequiel federico fermin florencio genaro gilberto gustavo ismael leonardo leonel lisandro matias moises
nahuel nicanor norberto josefa pilar ana francisca antonia cristina concepcion rosario manuela beatriz encarnacion
montserrat rocio inmaculada alba angeles amparo nuria catalina ines esperanza consuelo luisa lorena susana noelia
belen natalia ximena jimena valentina camila mariana fernanda gabriela daniela alejandra adriana guadalupe liliana
lourdes luz macarena marisol maritza milagros mireya mirta monserrat nieves paloma perla pia remedios rosalia rosaura
sagrario salome soledad trinidad yesenia zulema itziar ainhoa joao tiago rui paulo nuno goncalo duarte afonso henrique
vasco luiz thiago caio vinicius guilherme felipe marcelo fabio renato edson cassio danilo everton jair otavio wagner
wellington catarina fatima filipa joana leonor madalena mafalda matilde tatiana thais vitoria juliana luana priscila
rosangela giovanni giuseppe luigi francesco angelo vincenzo pietro carlo franco domenico paolo michele giorgio aldo
luciano alessandro alessio claudio cosimo davide edoardo emanuele enrico enzo ettore ezio fabrizio ferdinando filippo
flavio gaetano gennaro giacomo giancarlo gianfranco gianluca gianni gino giulio guido jacopo luca marcello marco
massimo matteo mattia mauro maurizio mirko nicola nicolo oreste ottavio pasquale piero raffaele renzo riccardo rocco
romano ruggero sandro silvio stefano tommaso ugo umberto valerio vittorio agnese alessandra alessia antonella arianna
benedetta carlotta caterina chiara cinzia concetta debora donatella eleonora elisabetta emanuela enrica fabiola
federica filomena fiorella flavia gaia gemma ginevra giada gianna giovanna giulia giuliana giuseppina grazia graziella
ilaria immacolata ivana katia letizia lidia loredana lucrezia maddalena margherita marilena martina michela mirella
nadia nicoletta noemi orietta ornella paola patrizia raffaella rosanna rosaria rossella serena silvana simona sofia
stefania tiziana valeria vincenza viviana piet kees henk willem gerrit johan cornelis hendrik pieter jeroen maarten
martijn wouter bas daan sander joost ruud sjoerd thijs tijs teun jelle joris jurriaan koen lieve marijn matthijs niels
pim rik roel rutger stijn tjeerd wim anneke annelies elske esmee femke floor fleur geertje hanneke ineke janneke
jolanda joke karlijn lieke linde loes maaike machteld margriet marieke marijke marjolein merel mieke miep nienke roos
sanne saskia sjoukje sofie tineke trijntje anders erik per nils olof gustaf bjorn magnus fredrik henrik mikael mattias
hakan goran gunnar ingemar leif lennart kjell ove stellan tore torbjorn ulf urban viggo elias ludvig oskar rasmus
jorgen soren mads morten kasper jesper mikkel kristian rune steen svend torben ulrik aage asger carsten ejnar flemming
frode jeppe kaj knud laurits ole palle poul preben arne bjarne dag eirik einar espen geir hakon haakon halvor harald
havard helge ivar jarle kare ketil kjetil knut kristoffer magne oddvar ola olav oystein petter ragnar roar roald
sigurd sindre sondre stian svein terje thor tor tormod trond trygve tryggve vegard oyvind birgitta margareta agneta
asa barbro britt carina ebba elin frida gerd gunilla gunhild hanna hedda hjordis inga inger kajsa karolina linnea
lisbeth lovisa maja malin margit marit pernilla saga siv solveig susanne svea tekla tove tuva ulla ulrika viveka ylva
anette bente berit birthe bodil dorthe else gitte grethe hanne helle henriette jette jytte lene lise liv mette oda
pernille randi ragnhild rigmor rikke silje siri solfrid signe sidsel stine synnove tone torill toril trine turid unni
vigdis vibeke wenche sigridur olafur sigurdur gudmundur johann ragnheidur jokull jukka matti timo juha antti mikko
pekka heikki jari markku hannu janne kimmo petri risto sami seppo tapani tapio teemu tuomas veikko ville aleksi eetu
eino esa ilkka jarmo joonas jouni kalle kalevi lauri mika niko olli osmo paavo pasi pentti raimo reijo tero toivo topi
tuomo urho vesa aino aila anneli anni eeva eila elina helmi henna hilkka iida irja jaana kaarina kaija katri kirsi
kyllikki laila leena liisa maarit maija marja marjatta marjut merja mervi minna niina noora outi paivi pirjo pirkko
raija riikka riitta ritva saana sanna sari satu senja sirpa sirkka suvi taina tarja tiina tuija tuula tuulikki venla
vuokko dmitri dmitry sergei sergey andrei andrey alexei alexey aleksei nikolai nikolay vladimir mikhail yuri igor oleg
boris viktor anatoly anatoli konstantin leonid maxim maksim pavel pyotr petr ruslan stanislav timur vadim valery
vasily vasili vitaly vyacheslav yevgeny evgeny evgeni gennady grigory ilya kirill artem arkady eduard fyodor georgy
gleb ignat innokenty lev makar nikita platon rodion semyon stepan svyatoslav taras vsevolod yaroslav yegor zakhar
aleksandr aleksander oleksandr volodymyr mykola serhiy andriy vasyl bohdan dmytro yurii petro mykhailo hilarion
tatyana svetlana natalya yelena irina ekaterina yekaterina galina lyudmila ludmila nadezhda oksana polina raisa
anastasiya alina alla alyona antonina daria darya evgenia inna klara kseniya ksenia larisa lidiya lilia lyubov milana
mila snezhana sofya ulyana valeriya varvara veronika viktoria yana yulia zhanna zinaida zoya halyna nataliya olena
kateryna yaroslava bohdana andrzej piotr krzysztof stanislaw tomasz pawel jozef marcin marek michal grzegorz jerzy
tadeusz lukasz zbigniew ryszard dariusz henryk mariusz kazimierz wojciech mateusz rafal jacek janusz miroslaw maciej
slawomir jaroslaw kamil wieslaw wladyslaw jakub artur zdzislaw mieczyslaw damian dawid przemyslaw czeslaw leszek
waldemar bartosz bartlomiej bogdan bogumil boguslaw borys bronislaw cezary dominik eugeniusz filip franciszek ignacy
ireneusz jaromir kacper karol kornel lech ludwik patryk radoslaw szymon tymoteusz waclaw wislaw witold zygmunt
katarzyna malgorzata agnieszka krystyna ewa elzbieta zofia janina magdalena jadwiga danuta irena halina beata
aleksandra dorota marianna grazyna jolanta stanislawa iwona bozena urszula justyna alicja paulina sylwia agata aneta
izabela ewelina marzena wieslawa genowefa patrycja kazimiera edyta jozefa henryka milena kinga martyna weronika
zuzanna zuzana ludwika lucyna mariola bronislawa celina czeslawa dagmara jiri jaroslav miroslav zdenek frantisek
vaclav karel milan ladislav ondrej radek vojtech bohumil bohuslav dalibor dusan ivo jindrich libor lubomir lubos matej
oldrich otakar premysl radim rostislav rudolf vit vlastimil zbynek hana lenka alena jaroslava marcela jitka blanka
drahomira iveta jarmila jirina kamila libuse marketa miloslava miroslava pavla radka romana sarka sona tereza vendula
vlasta zdenka zdena milos radomir ratko slobodan dragan zoran nenad dejan bojan branko darko davor drago dusko hrvoje
ivica josip jovan kresimir ljubomir luka marin marko mate mateja milorad mladen momir nebojsa nemanja nikola novak
ognjen petar predrag rade ranko sasa sava sinisa slaven slavko srdan stevan stipe tihomir tihomila tomislav vedran
velimir vjekoslav vlado vladan vuk zarko zeljko zlatko zvonimir andela biljana bojana branka danica dijana dragana
dubravka dusica gordana jadranka jasmina jasna jelena jovana katica ljiljana ljubica marija marijana milica mirjana
nada nevena radmila ruzica sanja slavica snezana tatjana vesna zeljka zorica zrinka laszlo istvan jozsef janos zoltan
sandor ferenc gabor attila tamas zsolt tibor andras csaba imre lajos gyorgy balazs gyula mihaly karoly bela miklos
krisztian szabolcs bence bertalan denes dezso elemer endre erno geza gergely gergo jeno kalman kristof levente marton
matyas odon pal szilard vilmos zsigmond erzsebet katalin ilona zsuzsanna judit ildiko krisztina magdolna edit eszter
tunde timea szilvia piroska orsolya ibolya hajnalka gizella gyongyi emese emoke csilla boglarka bernadett aniko aranka
ion gheorghe vasile nicolae constantin florin mihai alexandru catalin ciprian claudiu corneliu costel cosmin costin
dan dragos dumitru eugen horia iancu ilie ionel ionut iulian laurentiu liviu lucian marius mircea nicu octavian ovidiu
petre radu razvan remus rares sorin teodor tiberiu traian tudor vasilica viorel vlad ioana mihaela anca andreea
camelia corina crina doina ecaterina floarea florentina georgeta ileana iuliana ligia livia luminita magda marinela
mirela nicoleta oana otilia raluca rodica roxana ruxandra smaranda sorina violeta viorica giorgos georgios yannis
ioannis konstantinos kostas dimitris dimitrios nikos nikolaos panagiotis vasilis vasileios christos athanasios
michalis michail evangelos spyros spyridon antonis antonios anastasios theodoros charalampos alexandros emmanouil
manolis ilias stavros petros sotiris stylianos stelios apostolos fotis grigoris lefteris eleftherios leonidas pavlos
periklis stratos thanasis tasos vangelis eleni katerina aikaterini vasiliki angeliki dimitra konstantina paraskevi
ioanna despina evangelia kalliopi chrysoula panagiota stavroula foteini eftychia athina olympia theodora xanthi zoi
mohammed muhammad mohamed mohammad ahmed ahmad ali hassan hussein husain omar umar ibrahim abdullah abdul khalid
khaled youssef yusuf yousef mustafa mahmoud mahmud hamid hamza bilal tariq tarek karim kareem jamal jamil rashid salim
saleem samir said saeed faisal fahad fahd nasser nasir walid waleed ziad zaid zayd adel anas anwar ashraf ayman aziz
bashir basim emad fadi farid farouk fares ghassan habib haitham hani haris hatem hisham ihab imad imran ismail issa
jaber jalal jawad kamal khalil luay majid malik mansour marwan mazen mehdi mohsen mounir murad nabil nadir nader naji
nizar osama qasim rafiq raja ramadan rami ramzi reda riad ridha sabri salah salman samer shafiq sharif suleiman
sulaiman taha tahir talal tamer usman othman wael wahid wissam yahya yaser yasser yasin yassin younes younis zakaria
zaki fatimah aisha aysha khadija maryam mariam zainab zaynab zahra amina amna asma aya bushra dalal dalia duaa eman
iman fadwa farah farida fatma ghada habiba hadeel hafsa hala halima hanan hayat hiba hind huda inas jamila karima
khulood lamia latifa lina lubna maha maisa malak manal mariem mouna munira nabila naima najat najwa nawal nesrine
nisreen noor nour noura rabab rabia rania rasha razan reem rim rima ruqayya sabah safa safia sahar salma salwa samar
samia samira sana sawsan shaima shaimaa sherine siham soraya souad suha sumaya sumayya wafa warda yasmin yasmine yusra
zeinab mehmet ahmet huseyin hasan osman murat omer ramazan halil suleyman mahmut recep salih fatih kadir emre adem
kemal yasar bekir musa serkan orhan burak ilker volkan tolga tuncay turgut ufuk ugur umut onur okan oguz ozan erkan
erdem erdal ercan engin ender cem cemal cengiz bulent baris aykut aydin altan alper ayse emine hatice zeynep elif
meryem serife zehra sultan hanife merve havva zeliha esra ozlem filiz gul gulsen hulya nur nurten pinar selin sevgi
sevim sibel songul tugba yeliz yildiz aylin aysegul asli banu basak betul burcu busra canan cansu ceren derya dilek
ebru eda ece elcin reza hossein amir javad behrouz bahram cyrus dariush farhad farzad hamed hooman houshang iraj
jahangir kamran kaveh kourosh masoud mehran mehrdad morteza nima omid parviz payam pouya ramin rostam saeid sahand
siamak sina shahram soheil vahid azadeh fatemeh fereshteh forough golnaz laleh leyla mahsa mina mitra nasrin nazanin
niloufar parisa parvaneh roya sepideh setareh shahla shirin simin soheila taraneh yalda rajesh ramesh suresh mahesh
ganesh dinesh mukesh rakesh naresh amit anil sunil vijay ajay sanjay manoj ravi raj rahul rohit rohan arjun arun ashok
deepak gaurav gopal govind hari harish hemant jagdish jayesh karan karthik kiran krishna kumar lalit madhav mohan
mohit mukul murali nagesh naveen neeraj nikhil nitin pankaj parth pradeep prakash pramod prasad prashant pranav pravin
prem puneet raghav raghu rajat rajeev rajendra rajiv rakshit ram rishi ritesh sachin sagar sahil sameer sandeep satish
shankar sharad shashi shekhar shiv shivam shyam siddharth srinivas subhash sudhir sumit surendra sushil tarun tushar
uday umesh varun venkat venkatesh vikas vikram vinay vinod vipin vishal vivek yash yogesh priya pooja anjali neha
kavita sunita asha deepa deepika divya geeta gita indira isha jaya jyoti kajal kalpana kamala komal lakshmi lata leela
madhuri mala mamata manisha meena meera megha mira mohini nandini neelam neeta nidhi nisha pallavi parvati poonam
prachi pratibha preeti radha radhika rajni rani rashmi rekha renu reshma ritu riya rukmini sandhya sangeeta sapna
sarita saroj savita seema shalini shanti sharmila shefali shilpa shobha shreya shweta simran smita sneha sonal sonali
sudha sujata suman sushma swati tanvi uma usha vandana vanita varsha vidya vimala aarav aditya aditi advait akash
akshay aman amrita ananya ankit ankita anurag anushka aparna archana arnab arpita ashish ashwin avinash ayush bhavna
bhavesh chandra chetan darshan dhruv gagan gauri gayatri gurpreet harpreet harsha hitesh ishaan jasleen jaspreet kunal
lokesh manpreet mayank mehul nandita nilesh nirmala padma rupali sanjana saurabh shantanu shruti sourav subramaniam
sukhdev sukhwinder supriya surya tejas trupti urvashi vaibhav yamini zubair asif arif farhan irfan junaid nadeem
naveed rizwan saad sajid shahid shoaib tanveer wasim zahid zeeshan farzana nasreen rukhsana sadia saima shabana shazia
tahira uzma hiroshi takashi kenji akira satoshi makoto kazuo hideo takeshi yoshio shigeru minoru isamu masao kiyoshi
tadashi yutaka kenta daiki shota takumi ryota haruto sota yuto ren hayato kaito riku ryo ryosuke shun sho tatsuya
tetsuya tomohiro toshio toru tsuyoshi yasuhiro yasuo yoichi yoshihiro yuichi yuji yuki yusuke koji koichi kazuki
kazuhiro katsumi junichi jun jiro ichiro hitoshi hisashi hiromi hideki haruki fumio eiji daisuke atsushi masahiro
masaki masato masashi mitsuo naoki naoto nobuo noboru osamu saburo shinji shinichi shiro shoji susumu taro yoko keiko
kazuko hiroko yoshiko sachiko noriko michiko tomoko akiko haruko fumiko kumiko mariko masako mayumi megumi miho minako
mitsuko miyuki naoko natsuki reiko rie rina risa sakura satomi sayuri setsuko shizuka sumiko tamiko toshiko yumi
yumiko yuka yukari yukiko aiko asuka ayaka ayumi chieko chiyo chiyoko emiko eriko etsuko hanako haruka hina hitomi
honoka junko kaori kayoko kyoko xiu jing qiang lei yang yong jie tao chao xia mei ling hui xin peng fei ming jian
xiaoming xiaoli xiaohong jianguo jianhua zhiqiang zhiwei weiming weidong xiaoyan xiaoping yuhan zihan haoyu yichen
zixuan meiling xiulan guiying yulan shufen lijuan haiyan hongmei chunmei dongmei xuemei yanping guohua guoqiang
zhenhua zhigang mingzhu wenjing wenjie xinyi yifan yuxuan ziyi siyu shihan jiayi jiahao junjie kaiwen minjun seojun
jihoon jiho junseo hyunwoo donghyun sungmin youngho youngsoo jinwoo jaehyun jongsoo kyungsoo seonghun taehyung sangwoo
hyejin jiwoo seoyeon jimin soojin minji eunji yuna hyunjung sunhee youngja eunjung jiyoung sooyoung yeonwoo haeun
nguyet thanh linh huong phuong thuy trang hanh hien hoa mai nga ngoc nhung quynh thao thu tuan tuyen dung duc hieu
hoang huy khanh khoa kien nam nghia phuc quan quang quoc thang thinh tien trung tu viet vinh xuan minh anh binh putri
dewi siti agus budi bambang joko eko wahyu rizky dwi tri adi andi dedi hendra indra irwan rudi slamet sri sutrisno
suharto susilo teguh wawan yanto ratna wulan yuni ayu indah lestari fitri aminah azlan faizal hafiz haziq izzat nurul
rosli shafie zulkifli amirul chidi chinedu emeka ikenna kelechi nnamdi obinna okechukwu uche ugochukwu adaeze amaka
chiamaka chidinma ifeoma ngozi nkechi oluchi adebayo adewale ayodele babatunde femi folake funmilayo kehinde kunle
olamide olayinka olufemi oluwaseun segun taiwo temitope yetunde abena adwoa afia akosua akua ama efua esi kofi kojo
kwabena kwadwo kwaku kwame kwasi yaa yaw abebe alemayehu bekele dawit getachew haile tadesse tesfaye yohannes almaz
aster genet hiwot selamawit tigist kamau kariuki kimani mwangi njoroge otieno wanjiku wambui wangari achieng akinyi
atieno juma baraka hamisi rehema neema thabo sipho themba bongani nkosi mandla lwazi sibusiso vusi nomsa nomvula
thandiwe lerato palesa refilwe zanele busisiwe tendai tatenda farai rudo chipo tafadzwa aminata fatou mamadou ousmane
moussa ibrahima cheikh abdoulaye oumar seydou awa mariama aissatou khady avi moshe yosef yitzhak shlomo eitan yaakov
avraham haim chaim dov ehud eliezer gideon ilan menachem mordechai nir noam oded ofer omri oren roi shai shaul shimon
tomer uri yair yaniv yehuda yigal yoav yonatan zeev zvi avigail ayelet batsheva chana dafna devora efrat galit hadas
hagit inbal keren liat limor maayan meirav miri naama noa orit orly orna pnina revital rivka ronit sarit shani shira
shlomit shoshana shulamit sigal smadar tali tamar tzipora yael yehudit yifat zahava aroha hemi hine kahu mere ngaire
rangi tane wiremu leilani kailani kekoa makoa noelani sione tavita malia sefina siobhan niamh aoife saoirse caoimhe
ciara sinead grainne orla roisin aisling maeve eimear padraig seamus eoin cian oisin darragh conor cormac diarmuid
donal eamon fergal finbar fintan killian lorcan niall ruairi tadhg angus alasdair callum duncan ewan euan fergus
hamish iain lachlan rory ruaridh struan eilidh catriona mairi morag rhona shona ailsa gwyneth rhiannon carys cerys
ffion angharad bronwen ceri dilys eirlys eleri lowri nerys nia olwen sian tegan dafydd emrys gareth gethin huw hywel
idris ieuan iestyn ifan llewellyn owain rhodri rhys sion tomos tristram jaylee jayla kiara tyra tyrese tyrell deshawn
keisha lakeisha latonya latisha marquis shanice shaniqua tamika trevon tyshawn darnell demetrius terrell aliyah imani
jada
sheila kelvin alex
)";

}  // namespace llmops::data::pii
