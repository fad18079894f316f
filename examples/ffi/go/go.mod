module example.com/srnn

go 1.19
