// “Exit this page”: GOV.UK’s pattern. The help page inlines this file, every other public page loads it.
(function(){
var d=document,root=d.documentElement,exit=d.getElementById("exit"),say=d.getElementById("say"),title=d.title,left=3,alone=false,timer;
function text(name){return exit.getAttribute("data-"+name)}
function leave(event){
if(event)event.preventDefault();
root.className="leaving";d.title=text("leaving");say.textContent=text("leaving");
window.location.replace(exit.href);
}
function again(){left=3;say.textContent=text("late")}
exit.addEventListener("click",leave);
d.addEventListener("keydown",function(event){alone=event.key==="Shift"});
d.addEventListener("keyup",function(event){
if(event.key!=="Shift"||!alone)return;
clearTimeout(timer);left-=1;
if(left===0){leave();return}
say.textContent=text("more"+left);
timer=setTimeout(again,5000);
});
window.addEventListener("pageshow",function(){root.className="";d.title=title;say.textContent="";left=3;clearTimeout(timer)});
})();
